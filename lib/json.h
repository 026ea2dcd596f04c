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

/*
 * Adds @by to the integer @name of @object.  What is too large to be added, from
 * a store that is damaged, makes it 0: it is no count of anything.
 */
static inline void json_add(json_t *object, const char *name, json_int_t by)
{
	json_int_t sum;

	if (__builtin_add_overflow(json_count(object, name), by, &sum))
		sum = 0;
	json_object_set_new(object, name, json_integer(sum));
}

#endif
