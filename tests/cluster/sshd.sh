# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# Local sshds in other machines' place, each on a port of its own, in $tmp; to be
# sourced.

sshd_possible()
{
	for program in ssh ssh-keygen; do
		command -v $program >/dev/null ||
			{ echo "SKIP: no $program (openssh-client)"; return 1; }
	done
	sshd=$(PATH=$PATH:/usr/sbin command -v sshd) ||
		{ echo "SKIP: no sshd (openssh-server)"; return 1; }
}

# sshd_keys [LINE-OF-CONFIG]...
sshd_keys()
{
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/host"
	ssh-keygen -q -t ed25519 -N '' -f "$tmp/key"
	cp "$tmp/key.pub" "$tmp/authorized"
	[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
	cat >"$tmp/sshd_config" <<CONF
ListenAddress 127.0.0.1
HostKey $tmp/host
AuthorizedKeysFile $tmp/authorized
PidFile none
StrictModes no
PermitRootLogin prohibit-password
UsePAM no
CONF
	for line in "$@"; do
		echo "$line" >>"$tmp/sshd_config"
	done
	cat >"$tmp/ssh_config" <<CONF
Host *
	HostName 127.0.0.1
	IdentityFile $tmp/key
	BatchMode yes
	StrictHostKeyChecking no
	UserKnownHostsFile $tmp/known
CONF
}

# start_sshd NAME PORT: its pid is in $daemon
start_sshd()
{
	grep -q "^Host $1\$" "$tmp/ssh_config" ||
		sed -i "1i Host $1\n\tPort $2" "$tmp/ssh_config"
	"$sshd" -D -f "$tmp/sshd_config" -p "$2" -E "$tmp/sshd-$1.log" &
	daemon=$!
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		ssh -F "$tmp/ssh_config" "$1" true 2>"$tmp/err" && return
		sleep 0.5
	done
	echo "SKIP: no way into a local sshd"
	cat "$tmp/err" "$tmp/sshd-$1.log"
	return 1
}
