# SPDX-License-Identifier: GPL-2.0-only
# Cumulative distribution of the wakeup latency, a curve per variant, a panel
# per kconfig.  The y axis is that of normal-probability paper: the tail, for
# which one looks at latencies, gets the room that it needs.

load picture.'.data'
with_cut = 0
load 'curves.gp'

nmax = 1
do for [i = 1:last[panels]] { nmax = n[i] > nmax ? n[i] : nmax }
# Half a sample from either end, between 5 % and one in a million.
edge = nmax < 10 ? 0.05 : nmax > 500000 ? 1e-6 : 0.5 / nmax
probit(p) = invnorm(p < edge ? edge : p > 1 - edge ? 1 - edge : p)

set yrange [invnorm(edge):invnorm(1 - edge)]
set ytics ()
do for [p in '0.0001 0.001 0.01 0.1 1 10 25 50 75 90 99 99.9 99.99 99.999 99.9999'] {
	if (p / 100. > edge && p / 100. < 1 - edge) {
		set ytics add (p.' %%' invnorm(p / 100.))
	}
}
set ylabel 'wakeups that took no longer'

title_text = 'Wakeup latency: from the wakeup queued to poll() returning'
subtitle = where.', n = '.thousands(total).' wakeups'.(emulated ? \
	'; emulated (TCG): compare shapes, not microseconds' : '')
remark = often ? 'without the cells in which a kernel hangs often' : ''
xtitle = 'wakeup latency (µs, log scale)'

set multiplot
do for [k = 1:panels] {
	load 'panel.gp'
	plot for [i = first[k]:last[k]] $data index i - 1 \
			using 1:(probit($2)) with steps ls style(slot[i]) notitle, \
		for [i = first[k]:last[k]] $marks index i - 1 \
			using 1:(probit($2)) with points ls style(slot[i]) notitle, \
		for [i = first[k]:places * last[k]] $marks index i - 1 \
			using (valid(1) ? $1 : far):(valid(2) ? probit($2) : far):(says(sprintf('%s: %.4g %% of the wakeups took no longer than %.3g µs', name[i], 100 * $2, $1))) \
			with labels hypertext point pt 7 ps 2.2 lc rgb unseen notitle
}
unset multiplot
