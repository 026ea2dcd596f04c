// SPDX-License-Identifier: GPL-2.0-only
/* --help and the man page. */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "config.h"
#include "lib/options-parts.h"

#define HELP_COLUMN 31
#define HELP_WIDTH 79

/* "-D, --duration=TIME" */
static void option_form(const struct option_def *o, char *buf, size_t size)
{
	bool may = !strcmp(o->name, "help");
	char letter[8] = "";

	if (o->letter)
		snprintf(letter, sizeof(letter), "-%c, ", o->letter);
	snprintf(buf, size, "%s--%s%s%s%s%s", letter, o->name, may ? "[" : "",
		 o->arg ? "=" : "", o->arg ? o->arg : "", may ? "]" : "");
}

/* The words of a help text, in lines that begin at HELP_COLUMN. */
static void print_wrapped(const char *text, int column)
{
	int len;

	while (*text) {
		len = strcspn(text, " ");
		if (column > HELP_COLUMN && column + 1 + len > HELP_WIDTH) {
			printf("\n%*s", HELP_COLUMN, "");
			column = HELP_COLUMN;
		} else if (column > HELP_COLUMN) {
			putchar(' ');
			column++;
		}
		printf("%.*s", len, text);
		column += len;
		text += len + strspn(text + len, " ");
	}
	putchar('\n');
}

static void help_options(const struct program *program)
{
	const struct option_def *o;
	char form[64];
	int i;

	for (i = 0; options_table(program, i); i++) {
		for (o = options_table(program, i); o->name; o++) {
			option_form(o, form, sizeof(form));
			printf("  %-*s ", HELP_COLUMN - 3, form);
			if (strlen(form) > HELP_COLUMN - 3)
				printf("\n%*s", HELP_COLUMN, "");
			print_wrapped(o->help, HELP_COLUMN);
		}
	}
}

/* "EXIT STATUS" is asked for as exit-status. */
static void part_name(const char *title, char *buf, size_t size)
{
	size_t i;

	for (i = 0; title[i] && i < size - 1; i++)
		buf[i] = title[i] == ' ' ? '-' :
			tolower((unsigned char)title[i]);
	buf[i] = '\0';
}

/* The program's sections, then those of all programs; NULL: no more. */
static const struct option_section *section_at(const struct program *program,
					       int i)
{
	const struct option_section *s = program->sections;

	for (; s && s->title; s++) {
		if (!i--)
			return s;
	}
	return i ? NULL : &options_defaults_section;
}

static void print_section(const struct option_section *s)
{
	size_t len = strlen(s->text);

	printf("\n%s\n%s%s", s->title, s->text,
	       len && s->text[len - 1] == '\n' ? "" : "\n");
}

/* "all, or one of keys, exit-status" into @buf. */
static void part_names(const struct program *program, char *buf, size_t size)
{
	const struct option_section *s;
	char name[64];
	size_t len;
	int i;

	len = snprintf(buf, size, "all");
	for (i = 0; (s = section_at(program, i)) && len < size; i++) {
		part_name(s->title, name, sizeof(name));
		len += snprintf(buf + len, size - len, ", %s", name);
	}
}

/* The names, in lines that fit into a terminal. */
static void print_names(char *names)
{
	const char *name;
	char *rest = names;
	int column = 0;

	while ((name = strsep(&rest, " "))) {
		if (column && column + 1 + strlen(name) > 76) {
			putchar('\n');
			column = 0;
		}
		column += printf("%s%s", column ? " " : "  ", name);
	}
	putchar('\n');
}

static void print_head(const struct program *program)
{
	printf("Usage: %s %s\n%s\n\n%s\n\nOptions (as much of a long one as makes it the only one):\n",
	       program->name, program->usage, program->summary,
	       program->description);
	help_options(program);
}

int options_help(const struct program *program, const char *part,
		 struct err *err)
{
	const struct option_section *s;
	char names[300], name[64];
	bool all = part && !strcmp(part, "all"), found = all;
	int i;

	part_names(program, names, sizeof(names));
	if (!part || all)
		print_head(program);
	if (!part) {
		printf("\nMore: --help=PART, PART being one of\n");
		print_names(names);
		return 0;
	}
	for (i = 0; (s = section_at(program, i)); i++) {
		part_name(s->title, name, sizeof(name));
		if (!all && strcmp(part, name))
			continue;
		print_section(s);
		found = true;
	}
	return found ? 0 : err_set(err, -EINVAL,
				   "--help: '%s', expected one of %s", part,
				   names);
}

/* Text for roff: a backslash, a dash and a leading dot mean themselves. */
static void roff(const char *text)
{
	char last = '\n';

	for (; *text; text++) {
		if (last == '\n' && (*text == '.' || *text == '\''))
			fputs("\\&", stdout);
		if (*text == '\\')
			fputs("\\\\", stdout);
		else if (*text == '-')
			fputs("\\-", stdout);
		else
			putchar(*text);
		last = *text;
	}
	putchar('\n');
}

static void man_options(const struct program *program)
{
	const struct option_def *o;
	char form[64];
	int i;

	for (i = 0; options_table(program, i); i++) {
		for (o = options_table(program, i); o->name; o++) {
			option_form(o, form, sizeof(form));
			printf(".TP\n.B ");
			roff(form);
			roff(o->help);
		}
	}
}

void options_man(const struct program *program)
{
	const struct option_section *s;
	int i;

	printf(".TH %s 1 \"\" \"%s\" \"aux-tests\"\n.SH NAME\n",
	       program->name, PACKAGE_STRING);
	printf("%s \\- ", program->name);
	roff(program->summary);
	printf(".SH SYNOPSIS\n.B %s\n", program->name);
	roff(program->usage);
	printf(".SH DESCRIPTION\n");
	roff(program->description);
	printf(".SH OPTIONS\nOf a long option as much is needed as makes it the only one.\n");
	man_options(program);
	for (i = 0; (s = section_at(program, i)); i++) {
		printf(".SH %s\n.nf\n", s->title);
		roff(s->text);
		printf(".fi\n");
	}
	printf(".SH SEE ALSO\n.BR aux\\-tests (7)\n");
}
