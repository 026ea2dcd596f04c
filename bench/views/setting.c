// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/setting.h"

#include <stdlib.h>

#include "lib/file.h"

bool setting_varies(const struct results *results, results_cell_cmp *cmp)
{
	struct cell *cells;
	size_t n = results_distinct(results, NULL, cmp, &cells);

	free(cells);
	return n > 1;
}

char *setting_label(const struct results *results, const struct cell *cell)
{
	bool pmus = setting_varies(results, results_pmu_cmp);
	bool skids = setting_varies(results, results_skid_cmp);
	char window[CELL_VALUE_LEN], skid[CELL_VALUE_LEN];

	if (!cell)
		return xasprintf("windows%s%s pooled", pmus ? ", drivers" : "",
				 skids ? ", skids" : "");
	cell_get(cell, cell_key_find("window"), window);
	cell_get(cell, cell_key_find("skid"), skid);
	return xasprintf("%s%swindow %s%s%s", pmus ? cell->pmu : "",
			 pmus ? ", " : "", window, skids ? ", skid " : "",
			 skids ? skid : "");
}
