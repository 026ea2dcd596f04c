# SPDX-License-Identifier: GPL-2.0-only
# Hangs per full against the rate of the trace, with the exact 95 % interval;
# a panel per kconfig and window.  Where none was seen there is an open mark at
# the upper end of the interval, and no line goes through it.

load picture.'.data'
cols = panels == 1 ? 1 : 2
rows = (panels + cols - 1) / cols
keylines = (variants + 5) / 6
head = 112 + 26 * keylines
foot = 60
pane = panels == 1 ? 430 : 380
height = head + rows * pane + foot - 40
load 'style.gp'

left_end = 10 ** floor(log10(least / 1.5))
set logscale y
set yrange [left_end:140]
set ytics ()
do for [e = floor(log10(left_end) + 0.5):2] {
	set ytics add (sprintf('%g %%%%', 10. ** e) 10. ** e)
}
set xrange [0.5:rates + 0.5]
set xtics ()
do for [i = 1:rates] { set xtics add (rate[i] i) }
unset key
set errorbars 0.4
wide = 0.86 / cols
# Colours of the styles, for marks that are not of their style.
array line[12] = ['#000000', '#D55E00', '#0072B2', '#009E73', '#E69F00', '#CC79A7', '#56B4E9', '#7F7F7F', \
	'#882255', '#44AA99', '#999933', '#332288']
array hollow[12] = [6, 4, 8, 10, 12, 6, 4, 8, 10, 12, 14, 14]
beside(v) = 0.62 * (v - 0.5 - 0.5 * variants) / variants

set multiplot
do for [p = 1:panels] {
	r = (p - 1) / cols
	c = (p - 1) % cols
	unset label
	unset arrow
	if (p == 1) {
		set label 'How often a full buffer ends in a hang, by rate of the trace' at screen 0.02,from_top(30) font big
		set label where.', n = '.thousands(total).' fulls; exact 95 % intervals; all classes, loops and drains pooled' \
			at screen 0.02,from_top(62)
		do for [v = 1:variants] {
			x = 0.03 + ((v - 1) % 6) * 0.16
			y = from_top(92 + 26 * ((v - 1) / 6))
			set arrow from screen x,y to screen x + 0.034,y nohead ls style(slot[v])
			set label '' at screen x + 0.017,y point ls style(slot[v])
			set label name[v] at screen x + 0.04,y font small
		}
	}
	x0 = 0.095 + c * (wide + 0.045)
	set lmargin at screen x0
	set rmargin at screen x0 + (cols == 1 ? 0.88 : wide - 0.035)
	set tmargin at screen from_top(head + r * pane)
	set bmargin at screen from_top(head + (r + 1) * pane - 78)
	set label panel[p] at screen x0,from_top(head + r * pane - 14) font bold
	if (p + cols > panels) { set xlabel 'bytes of trace per second (rate)' } else { unset xlabel }
	if (c == 0) { set ylabel 'hangs per full (log scale)' } else { unset ylabel }
	plot for [v = 1:variants] $data index (p - 1) * variants + v - 1 \
			using ($2 + beside($1)):($3 > 0 ? 100. * $3 / $4 : NaN) with lines ls style(slot[v]) lw 1, \
		for [v = 1:variants] '' index (p - 1) * variants + v - 1 \
			using ($2 + beside($1)):($3 > 0 ? 100. * $3 / $4 : NaN):($5 > left_end ? $5 : left_end):6 \
			with yerrorbars ls style(slot[v]) dt solid lw 1.6, \
		for [v = 1:variants] '' index (p - 1) * variants + v - 1 \
			using ($2 + beside($1)):($3 == 0 ? $6 : NaN) with points lc rgb line[style(slot[v])] pt hollow[style(slot[v])] ps 1.3 * mark lw 2, \
		for [v = 1:variants] '' index (p - 1) * variants + v - 1 \
			using ($2 + beside($1)):($3 == 0 ? $6 : NaN):(0):($6 * 0.62 - $6) \
			with vectors head size screen 0.005,25 filled lc rgb line[style(slot[v])] lw 1.4, \
		for [v = 1:places * variants] '' index (p - 1) * variants + v - 1 \
			using (valid(1) ? $2 + beside($1) : far):(valid(1) ? ($3 > 0 ? 100. * $3 / $4 : $6) : far):($1 >= 1 ? \
			says(sprintf('%s, %s, rate %s: %s/%s hangs/fulls, %.3g %%, 95 %% interval %.3g %% to %.3g %%', \
			name[v], panel[p], rate[int($2)], thousands($3), thousands($4), 100. * $3 / $4, $5, $6)) : '') \
			with labels hypertext point pt 7 ps 2.2 lc rgb unseen
}
unset multiplot
