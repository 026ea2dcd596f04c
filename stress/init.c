// SPDX-License-Identifier: GPL-2.0-only
#include "stress/init.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "lib/arch.h"

int init_mounts(struct err *err)
{
	static const struct {
		const char *type, *where;
	} mounts[] = {
		{ "devtmpfs", "/dev" }, { "proc", "/proc" },
		{ "sysfs", "/sys" }, { "tmpfs", "/tmp" },
	};
	unsigned int i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		mkdir(mounts[i].where, 0755);
		/* EBUSY: the kernel has mounted it by itself. */
		if (mount(mounts[i].type, mounts[i].where, mounts[i].type, 0,
			  NULL) && errno != EBUSY)
			return err_set(err, -errno, "mount %s: %s",
				       mounts[i].where, strerror(errno));
	}
	return 0;
}

int init_module_load(const char *path, const char *params, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST)
		ret = err_set(err, -errno, "%s cannot be loaded: %s", path,
			      strerror(errno));
	close(fd);
	return ret;
}

int init_check_clock(struct err *err)
{
	struct timespec ts;

	/* Says what timers can do, too: a tick's length without hrtimers. */
	if (clock_getres(CLOCK_MONOTONIC, &ts) || ts.tv_sec ||
	    ts.tv_nsec != 1)
		return err_set(err, -ENOTSUP,
			       "the clock's resolution is %ld ns, not 1: high-resolution timers did not start",
			       ts.tv_nsec);
	return 0;
}

int init_open_channel(struct err *err)
{
	const char *path = arch_here ? arch_here->channel : "channel";
	int fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios tio;

	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (!tcgetattr(fd, &tio)) {
		cfmakeraw(&tio);
		cfsetspeed(&tio, B115200);
		tio.c_cflag |= CLOCAL | CREAD;
		tcsetattr(fd, TCSANOW, &tio);
	}
	return fd;
}

void init_power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	/* Without a way to power off: QEMU ends on a reset. */
	reboot(RB_AUTOBOOT);
	for (;;)
		pause();
}
