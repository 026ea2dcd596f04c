# SPDX-License-Identifier: GPL-2.0-only
# How long tracing stays off after a full buffer: the share of the gaps that
# last longer, a curve per variant, a panel per kconfig.  Gaps that a hang or
# the end of the cell cut off count as long as they were seen (Kaplan-Meier);
# a tick marks where.

load picture.'.data'
with_cut = 1
load 'curves.gp'

nmax = 1
do for [i = 1:last[panels]] { nmax = n[i] > nmax ? n[i] : nmax }
floor_y = 0.5 / (nmax < 10 ? 10 : nmax)
# Half the height of a tick: 2 % of the axis.
tick = (1.5 / floor_y) ** 0.02
set logscale y
set yrange [floor_y:1.5]
set ytics ()
do for [e = 0:9] {
	if (10. ** -e > floor_y) {
		set ytics add (sprintf('%g %%%%', 100 * 10. ** -e) 10. ** -e)
	}
}
set ylabel 'gaps that last longer'

title_text = 'Trace gap after a full buffer: from STOP to the next START'
subtitle = where.', n = '.thousands(total).' gaps, '. \
	thousands(cut).' of them cut off'.(emulated ? ' (ticks); emulated (TCG)' : ' (ticks)')
remark = ''
xtitle = 'trace gap (ms, log scale)'

set multiplot
do for [k = 1:panels] {
	load 'panel.gp'
	plot for [i = first[k]:last[k]] $data index i - 1 \
			using 1:($2 > floor_y ? $2 : floor_y) with steps \
			ls style(slot[i]) notitle, \
		for [i = first[k]:last[k]] $censored index i - 1 \
			using 1:($2 / tick):(0):($2 * tick - $2 / tick) \
			with vectors nohead ls style(slot[i]) lw 1.4 dt solid notitle, \
		for [i = first[k]:last[k]] $marks index i - 1 \
			using 1:2 with points ls style(slot[i]) notitle, \
		for [i = first[k]:places * last[k]] $marks index i - 1 \
			using (valid(1) ? $1 : far):(valid(2) ? $2 : far):(says(sprintf('%s: %.3g %% of the gaps last longer than %.3g ms', name[i], 100 * $2, $1))) \
			with labels hypertext point pt 7 ps 2.2 lc rgb unseen notitle
}
unset multiplot
