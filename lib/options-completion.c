// SPDX-License-Identifier: GPL-2.0-only
/*
 * What bash and zsh need to know to complete a program's command line, under
 * the name that it was called by.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/options-parts.h"

/* "run-matrix" is no name of a shell's function. */
static char *function_name(const struct program *program)
{
	char *name = xasprintf("_aux_%s", program->name), *p;

	for (p = name; *p; p++) {
		if (*p == '-')
			*p = '_';
	}
	return name;
}

/* How the tables name what is a file. */
static bool takes_path(const struct option_def *o)
{
	static const char *const words[] = { "FILE", "PATH", "DIR", "TREE" };
	size_t i;

	for (i = 0; o->arg && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(o->arg, words[i]))
			return true;
	}
	return false;
}

static void bash_arguments(const struct program *program, bool paths)
{
	const struct option_def *o;
	const char *bar = "";
	int i;

	for (i = 0; options_table(program, i); i++) {
		for (o = options_table(program, i); o->name; o++) {
			if (!o->arg || takes_path(o) != paths)
				continue;
			printf("%s--%s", bar, o->name);
			bar = "|";
			if (o->letter)
				printf("|-%c", o->letter);
		}
	}
	/* A case needs a pattern. */
	printf("%s)", *bar ? "" : "''");
}

static void bash_words(const struct program *program)
{
	const struct option_def *o;
	int i;

	for (i = 0; options_table(program, i); i++) {
		for (o = options_table(program, i); o->name; o++)
			printf(" --%s%s", o->name, o->arg &&
			       strcmp(o->name, "help") ? "=" : "");
	}
}

/* Bash breaks words at '=': it stands alone, or is the word before. */
static void bash(const struct program *program)
{
	char *name = function_name(program);

	printf("# bash completion of %s, made from its table of options\n"
	       "%s()\n{\n"
	       "	local cur=${COMP_WORDS[COMP_CWORD]}\n"
	       "	local prev=${COMP_WORDS[COMP_CWORD-1]}\n\n"
	       "	COMPREPLY=()\n"
	       "	if [ \"$cur\" = = ]; then\n"
	       "		cur=\n"
	       "	elif [ \"$prev\" = = ]; then\n"
	       "		prev=${COMP_WORDS[COMP_CWORD-2]}\n"
	       "	fi\n"
	       "	case $prev in\n	", program->name, name);
	bash_arguments(program, true);
	printf("\n		COMPREPLY=($(compgen -f -- \"$cur\"))\n"
	       "		return ;;\n	");
	bash_arguments(program, false);
	printf("\n		return ;;\n"
	       "	esac\n"
	       "	case $cur in\n"
	       "	-*)	COMPREPLY=($(compgen -W '");
	bash_words(program);
	printf("' -- \"$cur\")) ;;\n"
	       "	*)	COMPREPLY=($(compgen -W '");
	if (program->words)
		program->words(stdout);
	printf("' -- \"$cur\") $(compgen -f -- \"$cur\")) ;;\n"
	       "	esac\n"
	       "	if [[ ${COMPREPLY-} == *= ]]; then\n"
	       "		compopt -o nospace 2>/dev/null\n"
	       "	fi\n"
	       "}\n"
	       "complete -o filenames -F %s %s\n", name,
	       program_invocation_short_name);
	free(name);
}

/* In single quotes, where _arguments has meanings of its own for []:\ */
static void zsh_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\'", stdout);
		else if (strchr("[]:\\", *text))
			putchar('\\');
		putchar(*text);
	}
}

static void zsh_option(const struct option_def *o)
{
	bool may = !strcmp(o->name, "help");
	const char *glue = !o->arg ? "" : may ? "=-" : "=";

	if (o->letter)
		printf("\t'(-%c --%s)'{-%c%s,--%s%s}'[", o->letter, o->name,
		       o->letter, o->arg && !may ? "+" : "", o->name, glue);
	else
		printf("\t'--%s%s[", o->name, glue);
	zsh_text(o->help);
	putchar(']');
	if (o->arg) {
		fputs(may ? "::" : ":", stdout);
		zsh_text(o->arg);
		fputs(takes_path(o) ? ":_files" : ": ", stdout);
	}
	printf("' \\\n");
}

static void zsh(const struct program *program)
{
	char *name = function_name(program);
	const struct option_def *o;
	int i;

	printf("#compdef %s\n"
	       "# zsh completion, made from the table of options\n"
	       "%s_operands()\n{\n"
	       "	local -a words=(\n",
	       program_invocation_short_name, name);
	if (program->words)
		program->words(stdout);
	printf("	)\n"
	       "	compadd -S '' -a words\n"
	       "	_files\n"
	       "}\n"
	       "%s()\n{\n"
	       "	_arguments -s \\\n", name);
	for (i = 0; options_table(program, i); i++) {
		for (o = options_table(program, i); o->name; o++)
			zsh_option(o);
	}
	printf("	'*:argument:%s_operands'\n"
	       "}\n"
	       "if [ \"$funcstack[1]\" = %s ]; then\n"
	       "	%s \"$@\"\n"
	       "else\n"
	       "	compdef %s %s\n"
	       "fi\n", name, name, name, name, program_invocation_short_name);
	free(name);
}

int options_completion(const struct program *program, const char *shell,
		       struct err *err)
{
	if (!strcmp(shell, "bash"))
		bash(program);
	else if (!strcmp(shell, "zsh"))
		zsh(program);
	else
		return err_set(err, -EINVAL,
			       "--completion: '%s', expected bash or zsh",
			       shell);
	return 0;
}
