// SPDX-License-Identifier: GPL-2.0-only
/* What of a picture gets into a page, and what does not. */
#include <stdlib.h>
#include <string.h>

#include "bench/views/svg.h"
#include "tests/check.h"

static int is(const char *svg, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int same;

	svg_inline(f, svg, "p", "T");
	fclose(f);
	same = !strcmp(text, expected);
	if (!same)
		printf("%s\nis: %sexpected: %s", svg, text, expected);
	free(text);
	return same;
}

#define ROOT "<svg role=\"group\" aria-label=\"T\">"

int main(void)
{
	struct check t = { 0 };

	/* As gnuplot writes it: both quotes, blanks around the sign. */
	CHECK(&t, is("<?xml version=\"1.0\"?>\n<svg \n viewBox=\"0 0 4 3\">"
		     "<polygon fill = 'rgb(1, 2,3)' points = '1,2 '/></svg>",
		     "<svg role=\"group\" aria-label=\"T\" viewBox=\"0 0 4 3\">"
		     "<polygon fill=\"rgb(1, 2,3)\" points=\"1,2 \"/></svg>\n"));
	/* Ids of several pictures do not meet. */
	CHECK(&t, is("<svg><path id='a'/><use xlink:href='#a'/>"
		     "<rect fill='url(#g)'/></svg>",
		     ROOT "<path id=\"p-a\"/><use href=\"#p-a\"/>"
		     "<rect fill=\"url(#p-g)\"/></svg>\n"));
	/* No script, style, image, foreign element, handler or address. */
	CHECK(&t, is("<svg onload='x()'><script>x()</script><style>a{}</style>"
		     "<image href='http://x/'/><foreignObject><g>y</g></foreignObject>"
		     "<a href='javascript:x()'><g>z</g></a>"
		     "<use href='http://x/#a'/><g style='x' onclick='x'>w</g></svg>",
		     ROOT "<use/><g>w</g></svg>\n"));
	CHECK(&t, is("<svg><rect fill='url(http://x/)'/>",
		     ROOT "<rect/></svg>\n"));
	CHECK(&t, is("<svg><rect x='\"><b>'/></svg>",
		     ROOT "<rect x=\"&quot;>&lt;b>\"/></svg>\n"));
	/* Hypertext: a place with words, and where it leads. */
	CHECK(&t, is("<svg><g onmousemove=\"gnuplot_svg.showHypertext(evt,'hangs-1|a &amp; b 1/2')\" onmouseout=\"x()\"><title> </title><use xlink:href='#q'/></g></svg>",
		     ROOT "<a class=\"pt\" href=\"#hangs-1\"><title>a &amp; b 1/2</title><use href=\"#p-q\"/></a></svg>\n"));
	CHECK(&t, is("<svg><g onmousemove=\"h(evt,'|c')\"><path/></g></svg>",
		     ROOT "<g class=\"pt\" tabindex=\"0\" role=\"img\"><title>c</title><path/></g></svg>\n"));
	CHECK(&t, is("<svg><g onmousemove=\"h(evt,'x y|c')\"/></svg>",
		     ROOT "<g class=\"pt\" tabindex=\"0\" role=\"img\"><title>c</title></g></svg>\n"));
	CHECK(&t, is("", "\n"));
	CHECK(&t, is("<svg><g", ROOT "<g></g></svg>\n"));
	return check_end(&t);
}
