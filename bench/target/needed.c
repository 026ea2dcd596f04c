// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/needed.h"

#include <elf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"

struct image {
	const char *data;
	uint64_t size;
	const Elf64_Phdr *phdr;
	size_t n;
};

static bool inside(const struct image *image, uint64_t at, uint64_t size)
{
	return at <= image->size && size <= image->size - at;
}

static int open_image(struct image *image)
{
	const Elf64_Ehdr *ehdr = (const void *)image->data;

	if (!inside(image, 0, sizeof(*ehdr)) ||
	    memcmp(image->data, ELFMAG, SELFMAG) ||
	    image->data[EI_CLASS] != ELFCLASS64 ||
	    image->data[EI_DATA] != ELFDATA2LSB ||
	    ehdr->e_phentsize != sizeof(*image->phdr) ||
	    ehdr->e_phoff % _Alignof(Elf64_Phdr) ||
	    !inside(image, ehdr->e_phoff,
		    (uint64_t)ehdr->e_phnum * sizeof(*image->phdr)))
		return -ENOEXEC;
	image->phdr = (const void *)(image->data + ehdr->e_phoff);
	image->n = ehdr->e_phnum;
	return 0;
}

/* The part of the file that a program header shows; NULL: not all there. */
static const char *part(const struct image *image, uint32_t type,
			uint64_t *size)
{
	size_t i;

	for (i = 0; i < image->n; i++) {
		const Elf64_Phdr *phdr = &image->phdr[i];

		if (phdr->p_type != type ||
		    !inside(image, phdr->p_offset, phdr->p_filesz))
			continue;
		*size = phdr->p_filesz;
		return image->data + phdr->p_offset;
	}
	return NULL;
}

/* A text at @address, which ends in the file; else NULL. */
static const char *text_at(const struct image *image, uint64_t address)
{
	size_t i;

	for (i = 0; i < image->n; i++) {
		const Elf64_Phdr *phdr = &image->phdr[i];
		uint64_t at = address - phdr->p_vaddr;

		if (phdr->p_type != PT_LOAD || at >= phdr->p_filesz ||
		    !inside(image, phdr->p_offset, phdr->p_filesz))
			continue;
		if (!memchr(image->data + phdr->p_offset + at, '\0',
			    phdr->p_filesz - at))
			return NULL;
		return image->data + phdr->p_offset + at;
	}
	return NULL;
}

static int add_library(struct needed *needed, const char *name)
{
	if (!name || !*name)
		return -ENOEXEC;
	needed->libraries = reallocarray(needed->libraries, needed->n + 2,
					 sizeof(*needed->libraries));
	if (!needed->libraries)
		abort();
	needed->libraries[needed->n++] = xasprintf("%s", name);
	needed->libraries[needed->n] = NULL;
	return 0;
}

static int read_dynamic(struct needed *needed, const struct image *image)
{
	uint64_t size = 0, names = 0, i;
	const Elf64_Dyn *dyn = (const void *)part(image, PT_DYNAMIC, &size);
	int ret = 0;

	size = dyn && !((uintptr_t)dyn % _Alignof(Elf64_Dyn)) ?
		size / sizeof(*dyn) : 0;
	for (i = 0; i < size && dyn[i].d_tag != DT_NULL; i++) {
		if (dyn[i].d_tag == DT_STRTAB)
			names = dyn[i].d_un.d_ptr;
	}
	for (i = 0; i < size && dyn[i].d_tag != DT_NULL && !ret; i++) {
		if (dyn[i].d_tag == DT_NEEDED)
			ret = add_library(needed, text_at(image, names +
							  dyn[i].d_un.d_val));
	}
	return ret;
}

int needed_read(struct needed *needed, const char *path, struct err *err)
{
	struct image image;
	const char *loader;
	size_t size;
	uint64_t len = 0;
	char *data;
	int ret;

	*needed = (struct needed) { .libraries = calloc(1, sizeof(char *)) };
	if (!needed->libraries)
		abort();
	ret = file_read(path, &data, &size, err);
	if (ret)
		goto out;
	image = (struct image) { .data = data, .size = size };
	ret = open_image(&image);
	loader = ret ? NULL : part(&image, PT_INTERP, &len);
	if (loader && memchr(loader, '\0', len))
		needed->loader = xasprintf("%s", loader);
	if (!ret)
		ret = read_dynamic(needed, &image);
	if (ret)
		err_set(err, ret, "%s: not a 64-bit ELF program", path);
	free(data);
out:
	if (ret)
		needed_free(needed);
	return ret;
}

void needed_free(struct needed *needed)
{
	size_t i;

	for (i = 0; i < needed->n; i++)
		free(needed->libraries[i]);
	free(needed->libraries);
	free(needed->loader);
	memset(needed, 0, sizeof(*needed));
}
