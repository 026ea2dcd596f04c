/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_JSON_H
#define AUX_LIB_JSON_H

#include <jansson.h>

/* What jansson's own functions take two calls for. */

/* The string @name of @object, "" when there is none. */
static inline const char *json_text(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

/* The integer @name of @object, 0 when there is none. */
static inline json_int_t json_count(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

#endif
