# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# A cluster of two nodes on this machine, over loopback, in $tmp; to be sourced.
# Needs root: slurmd starts jobs as whoever submits them.

cluster_possible()
{
	for program in slurmctld slurmd sbatch scontrol munged; do
		command -v $program >/dev/null ||
			{ echo "SKIP: no $program (slurm-wlm, munge)"; return 1; }
	done
	[ "$(id -u)" = 0 ] || { echo "SKIP: slurmd needs root"; return 1; }
}

start_controller()
{
	slurmctld -D -f "$SLURM_CONF" >>"$tmp/slurmctld.out" 2>&1 &
	controller=$!
}

stop_controller()
{
	kill "$controller"
	wait "$controller" 2>/dev/null || :
}

start_cluster()
{
	chmod 755 "$tmp"
	mkdir -p "$tmp/state" "$tmp/n1" "$tmp/n2" "$tmp/munge"
	chmod 711 "$tmp/munge"
	dd if=/dev/urandom of="$tmp/munge/key" bs=1 count=1024 2>/dev/null
	chmod 600 "$tmp/munge/key"
	munged -F -f --key-file="$tmp/munge/key" --socket="$tmp/munge/socket" \
		--pid-file="$tmp/munge/pid" --log-file="$tmp/munge/log" \
		--seed-file="$tmp/munge/seed" >"$tmp/munged.out" 2>&1 &
	munge=$!
	cat >"$tmp/slurm.conf" <<CONF
ClusterName=loopback
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=17100
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$tmp/munge/socket
CredType=cred/munge
MpiDefault=none
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
SchedulerType=sched/backfill
SchedulerParameters=sched_interval=5,batch_sched_delay=1
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
SlurmctldPidFile=$tmp/slurmctld.pid
SlurmdPidFile=$tmp/%n/slurmd.pid
SlurmctldLogFile=$tmp/slurmctld.log
SlurmdLogFile=$tmp/%n/slurmd.log
StateSaveLocation=$tmp/state
SlurmdSpoolDir=$tmp/%n/spool
SlurmctldTimeout=30
SlurmdTimeout=60
MinJobAge=3600
KillWait=5
NodeName=n1 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=17101 CPUs=2 RealMemory=2000
NodeName=n2 NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=17102 CPUs=2 RealMemory=2000
PartitionName=all Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO
CONF
	export SLURM_CONF="$tmp/slurm.conf"
	sleep 1
	start_controller
	slurmd -D -N n1 -f "$SLURM_CONF" >"$tmp/n1/out" 2>&1 &
	node1=$!
	slurmd -D -N n2 -f "$SLURM_CONF" >"$tmp/n2/out" 2>&1 &
	node2=$!
	wait_for 60 nodes_idle
}

nodes_idle()
{
	[ "$(sinfo -h -N -o %t 2>/dev/null | grep -c '^idle$')" = 2 ]
}

no_jobs()
{
	[ -z "$(squeue -h 2>&1)" ]
}

# With its jobs: what runs one outlives the daemons.
stop_cluster()
{
	if [ -n "${controller:-}" ]; then
		scancel --user="$(id -un)" 2>/dev/null
		wait_for 20 no_jobs
	fi
	for pid in ${node1:-} ${node2:-} ${controller:-} ${munge:-}; do
		kill "$pid" 2>/dev/null || :
	done
	wait 2>/dev/null || :
}

# wait_for SECONDS COMMAND...
wait_for()
{
	deadline=$(($(date +%s) + $1))
	shift
	until "$@"; do
		[ "$(date +%s)" -lt $deadline ] ||
			{ echo "not in time: $*"; return 1; }
		sleep 0.5
	done
}
