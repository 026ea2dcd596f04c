// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "lib/file.h"

int kvm_check(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), vm, code = errno;

	if (fd < 0 && code == ENOENT)
		return err_set(err, -ENOTSUP,
			       "there is no %s (KVM is not in this kernel or switched off in the firmware, or this is a guest or container without it)",
			       path);
	if (fd < 0 && code == EACCES)
		return err_set(err, -EACCES,
			       "%s: permission denied (add yourself to the group kvm and log in again)",
			       path);
	if (fd < 0)
		return err_set(err, -code, "%s: %s", path, strerror(code));
	vm = ioctl(fd, KVM_CREATE_VM, 0);
	code = errno;
	close(fd);
	if (vm < 0)
		return err_set(err, -code, "%s makes no virtual machine: %s",
			       path, strerror(code));
	close(vm);
	return 0;
}

char *kvm_shadow_paging(const char *modules)
{
	static const struct {
		const char *module, *param;
	} pagings[] = { { "kvm_amd", "npt" }, { "kvm_intel", "ept" } };
	char *path, *text, *found = NULL;
	struct err ignored;
	size_t i;

	for (i = 0; i < sizeof(pagings) / sizeof(pagings[0]) && !found; i++) {
		path = xasprintf("%s/%s/parameters/%s", modules,
				 pagings[i].module, pagings[i].param);
		if (!file_read(path, &text, NULL, &ignored)) {
			if (*text == 'N' || *text == '0')
				found = xasprintf("%s.%s=%c",
						  pagings[i].module,
						  pagings[i].param, *text);
			free(text);
		}
		free(path);
	}
	return found;
}
