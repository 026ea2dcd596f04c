// SPDX-License-Identifier: GPL-2.0-only
#include "lib/err.h"

#include <stdarg.h>
#include <stdio.h>

int err_set(struct err *err, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	return code;
}

int err_prefix(struct err *err, int code, const char *fmt, ...)
{
	struct err old = *err;
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err->text, sizeof(err->text), fmt, ap);
	va_end(ap);
	len = 0;
	while (err->text[len])
		len++;
	snprintf(err->text + len, sizeof(err->text) - len, ": %s", old.text);
	return code;
}
