// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "bench/target/needed.h"
#include "lib/file.h"
#include "lib/package.h"
#include "lib/proc.h"
#include "lib/units.h"

/* How long the dynamic loader may take to list a program's libraries. */
#define LOADER_TIMEOUT (20 * NSEC_PER_SEC)

struct writer {
	struct archive *archive;
	const struct arch *arch;	/* not this machine's, or NULL */
	char **names;		/* already there, NULL-ended */
	size_t count;
	int stop_fd;
	struct err *err;
};

static int archive_fail(struct writer *w, const char *what)
{
	int code = archive_errno(w->archive);

	return err_set(w->err, code > 0 ? -code : -EIO,
		       "initramfs: %s: %s (%s)", what,
		       archive_error_string(w->archive),
		       strerror(code > 0 ? code : EIO));
}

static bool is_there(const struct writer *w, const char *name)
{
	size_t i;

	for (i = 0; i < w->count; i++) {
		if (!strcmp(w->names[i], name))
			return true;
	}
	return false;
}

/* True when @name is new. */
static bool note_name(struct writer *w, const char *name)
{
	if (is_there(w, name))
		return false;
	w->names = realloc(w->names, (w->count + 1) * sizeof(*w->names));
	if (!w->names)
		abort();
	w->names[w->count++] = xasprintf("%s", name);
	return true;
}

/* One entry; @data of @size bytes for a regular file. */
static int put_entry(struct writer *w, const char *name, mode_t type,
		     mode_t perm, dev_t dev, const void *data, size_t size)
{
	struct archive_entry *entry;
	int ret = 0;

	if (!note_name(w, name))
		return 0;
	entry = archive_entry_new();
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, type);
	archive_entry_set_perm(entry, perm);
	archive_entry_set_nlink(entry, type == AE_IFDIR ? 2 : 1);
	archive_entry_set_size(entry, size);
	if (type == AE_IFCHR)
		archive_entry_set_rdev(entry, dev);
	if (archive_write_header(w->archive, entry) != ARCHIVE_OK ||
	    (size && archive_write_data(w->archive, data, size) !=
	     (la_ssize_t)size))
		ret = archive_fail(w, name);
	archive_entry_free(entry);
	return ret;
}

static int put_dir(struct writer *w, const char *name)
{
	return put_entry(w, name, AE_IFDIR, 0755, 0, NULL, 0);
}

/* The directories above @name: the kernel makes none by itself. */
static int put_parents(struct writer *w, const char *name)
{
	char *copy = xasprintf("%s", name), *p = copy;
	int ret = 0;

	while (!ret && (p = strchr(p, '/'))) {
		*p = '\0';
		if (*copy)
			ret = put_dir(w, copy);
		*p++ = '/';
	}
	free(copy);
	return ret;
}

/* Maps a file of this machine; -EINVAL when it is empty. */
static int map_file(const char *path, const void **data, size_t *size,
		    struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;
	struct stat st;
	void *map;

	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) || !S_ISREG(st.st_mode) || !st.st_size) {
		close(fd);
		return err_set(err, -EINVAL, "%s: not a file, or empty", path);
	}
	map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		ret = err_set(err, -errno, "%s: %s", path, strerror(errno));
	close(fd);
	*data = map;
	*size = st.st_size;
	return ret;
}

static int put_file(struct writer *w, const char *from, const char *to,
		    mode_t perm)
{
	const void *data = NULL;
	size_t size = 0;
	int ret;

	while (*to == '/')
		to++;
	ret = put_parents(w, to);
	if (!ret)
		ret = map_file(from, &data, &size, w->err);
	if (ret)
		return ret;
	ret = put_entry(w, to, AE_IFREG, perm, 0, data, size);
	munmap((void *)data, size);
	return ret;
}

/* What the loader says of @path, "ldd" without the script; caller frees. */
static int ask_loader(struct writer *w, const char *path, char **text)
{
	const char *const argv[] = { path, NULL };
	const char *const env[] = { "LD_TRACE_LOADED_OBJECTS=1", NULL };
	int fd = memfd_create("libraries", MFD_CLOEXEC), ret;
	struct proc proc = {
		.argv = argv, .env = env, .in = -1, .out = fd, .errout = -1,
	};
	struct stat st;

	if (fd < 0)
		return err_set(w->err, -errno, "memfd: %s", strerror(errno));
	ret = proc_run(&proc, w->stop_fd, LOADER_TIMEOUT, w->err);
	if (!ret && fstat(fd, &st))
		ret = err_set(w->err, -errno, "memfd: %s", strerror(errno));
	if (!ret) {
		*text = calloc(1, st.st_size + 1);
		if (!*text || pread(fd, *text, st.st_size, 0) != st.st_size) {
			free(*text);
			ret = err_set(w->err, -EIO, "%s: its libraries cannot be listed",
				      path);
		}
	}
	close(fd);
	return ret;
}

/*
 * "	libm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f...)", and
 * "	/lib64/ld-linux-x86-64.so.2 (0x...)" for the loader itself.
 */
static int put_library(struct writer *w, const char *program, char *line)
{
	char *arrow = strstr(line, "=> "), *path, *end;

	path = arrow ? arrow + 3 : line + strspn(line, " \t");
	if (!strncmp(path, "not found", 9))
		return err_set(w->err, -ENOENT, "%s needs a library that is not installed: %s",
			       program, line + strspn(line, " \t"));
	if (*path != '/')
		return 0;	/* the vDSO */
	end = strstr(path, " (");
	if (end)
		*end = '\0';
	return put_file(w, path, path, 0755);
}

static int put_loaded(struct writer *w, const char *program)
{
	char *text = NULL, *line, *save;
	int ret = ask_loader(w, program, &text);

	if (ret)
		return ret;
	for (line = strtok_r(text, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save))
		ret = put_library(w, program, line);
	free(text);
	return ret;
}

/* Where Debian has libraries of another architecture, and its loader looks. */
static char *find_library(const struct writer *w, const char *name)
{
	static const char *const folders[] = { "/lib", "/usr/lib" };
	char *path;
	size_t i;

	for (i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		path = xasprintf("%s/%s/%s", folders[i], w->arch->triplet,
				 name);
		if (file_exists(path))
			return path;
		free(path);
	}
	return NULL;
}

static int put_foreign(struct writer *w, const char *program);

static int put_foreign_library(struct writer *w, const char *program,
			       const char *name)
{
	char *path = find_library(w, name);
	int ret = 0;

	if (!path)
		return err_set(w->err, -ENOENT, "%s needs a library of %s that is not installed: %s",
			       program, w->arch->name, name);
	if (!is_there(w, path + 1)) {
		ret = put_file(w, path, path, 0755);
		if (!ret)
			ret = put_foreign(w, path);
	}
	free(path);
	return ret;
}

/* What its loader would load, were this its machine. */
static int put_foreign(struct writer *w, const char *program)
{
	struct needed needed;
	int ret = needed_read(&needed, program, w->err);
	size_t i;

	if (ret)
		return ret;
	if (needed.loader)
		ret = put_file(w, needed.loader, needed.loader, 0755);
	for (i = 0; i < needed.n && !ret; i++)
		ret = put_foreign_library(w, program, needed.libraries[i]);
	needed_free(&needed);
	return ret;
}

/* A static program would take no notice of the question and simply run. */
static int put_libraries(struct writer *w, const char *program)
{
	struct needed needed;
	bool dynamic;
	int ret;

	if (w->arch)
		return put_foreign(w, program);
	ret = needed_read(&needed, program, w->err);
	if (ret)
		return ret;
	dynamic = needed.loader;
	needed_free(&needed);
	return dynamic ? put_loaded(w, program) : 0;
}

static int put_program(struct writer *w, const char *from, const char *to)
{
	int ret = put_file(w, from, to, 0755);

	return ret ? ret : put_libraries(w, from);
}

/* What the kernel, and init before it has mounted anything, need. */
static int put_machine(struct writer *w)
{
	static const char *const dirs[] = {
		"dev", "proc", "sys", "tmp", NULL
	};
	int ret = 0, i;

	for (i = 0; dirs[i] && !ret; i++)
		ret = put_dir(w, dirs[i]);
	/* The kernel opens it for init before there is a devtmpfs. */
	if (!ret)
		ret = put_entry(w, "dev/console", AE_IFCHR, 0600,
				makedev(5, 1), NULL, 0);
	return ret;
}

static int put_files(struct writer *w, const char *const *files)
{
	int ret = 0, i;

	for (i = 0; files && files[i] && !ret; i++) {
		if (file_exists(files[i]))
			ret = put_file(w, files[i], files[i], 0644);
	}
	return ret;
}

static int put_all(struct writer *w, const struct initramfs *initramfs)
{
	char *path, *name, *slash;
	int ret = 0, i;

	if (!initramfs->bundle)
		ret = put_machine(w);
	if (!ret)
		ret = put_program(w, initramfs->agent, "init");
	if (!ret && initramfs->module)
		ret = put_file(w, initramfs->module, "auxsynth.ko", 0644);
	/* This machine's programs are not for another. */
	for (i = 0; !w->arch && initramfs->programs &&
	     initramfs->programs[i] && !ret; i++) {
		path = program_find(initramfs->programs[i]);
		if (!path)
			continue;
		slash = strrchr(path, '/');
		name = xasprintf("usr/bin/%s", slash + 1);
		ret = put_program(w, path, name);
		free(name);
		free(path);
	}
	return ret ? ret : put_files(w, initramfs->files);
}

int initramfs_write(const struct initramfs *initramfs, const char *path,
		    int stop_fd, struct err *err)
{
	struct writer w = { .stop_fd = stop_fd, .err = err };
	size_t i;
	int ret;

	if (initramfs->arch != arch_here)
		w.arch = initramfs->arch;
	w.archive = archive_write_new();
	if (initramfs->bundle)
		archive_write_set_format_ustar(w.archive);
	else
		archive_write_set_format_cpio_newc(w.archive);
	/* Not compressed: unpacking costs a guest more than reading. */
	archive_write_add_filter_none(w.archive);
	if (archive_write_open_filename(w.archive, path) != ARCHIVE_OK)
		ret = archive_fail(&w, path);
	else
		ret = put_all(&w, initramfs);
	if (archive_write_close(w.archive) != ARCHIVE_OK && !ret)
		ret = archive_fail(&w, path);
	archive_write_free(w.archive);
	for (i = 0; i < w.count; i++)
		free(w.names[i]);
	free(w.names);
	if (ret)
		unlink(path);
	return ret;
}
