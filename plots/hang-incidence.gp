# SPDX-License-Identifier: GPL-2.0-only
# Hangs per full by variant and class with the exact 95 % interval; a row of
# panels per kconfig and window, a column per loop.  The axis is logarithmic,
# so that 97 % and 0 of 20,000 can both be read: where none was seen there is
# no point but the upper end of the interval, with an arrow.

load picture.'.data'
head = 150
foot = 62
lane = rows == 1 ? 70 : 50
pane = 78 + lane * variants
height = head + foot + rows * pane - 30
load 'style.gp'

# Left end of the axis: a decade mark below all that is shown.
left_end = 10 ** floor(log10(least / 4.))
set logscale x
# Right of 100 % is a column of text, 185 pixels wide.
start(c) = 0.135 + (c - 1) * 0.86 / cols
end(c) = start(c) + 0.86 / cols - (cols > 1 ? 0.03 : 0)
panel_px = (end(1) - start(1)) * width
per_px = log10(100 / left_end) / (panel_px - 185)
right(x, px) = x * 10 ** (px * per_px)
set xrange [left_end:right(100, 185)]
set xtics ()
do for [e = floor(log10(left_end)):2] {
	set xtics add (sprintf('%g %%%%', 10. ** e) 10. ** e)
}
set yrange [variants + 0.5:0.5]
unset border
unset key
set errorbars 0.5
set grid xtics noytics ls 20

array color[3] = ['#D55E00', '#0072B2', '#882255']
array shape[3] = [7, 5, 9]
array class_name[3] = ['lost wakeup', 'silent stop', 'silent off']
array hollow[3] = [6, 4, 8]
lane_of(variant, class) = variant + (class == 1 ? -0.2 : class == 2 ? 0.2 : 0.4)
percent(p) = sprintf(p > 99 && p < 100 ? '%.4g %%' : '%.3g %%', p)
counts(k, n) = thousands(k).'/'.thousands(n)
seen(k, n) = counts(k, n).' ('.percent(100. * k / n).')'
none(n, hi) = counts(0, n).' (< '.percent(hi).')'
set multiplot
do for [r = 1:rows] {
do for [c = 1:cols] {
	p = (r - 1) * cols + c - 1
	unset label
	unset object
	unset arrow
	ptop = head + (r - 1) * pane
	pbottom = ptop + lane * variants
	set tmargin at screen from_top(ptop)
	set bmargin at screen from_top(pbottom)
	set lmargin at screen start(c)
	set rmargin at screen end(c)
	if (p == 0) { load 'hang-legend.gp' }
	set label label[r].', loop '.loop[c] at screen start(c),from_top(ptop - 15) font bold
	do for [v = 1:variants:2] {
		set object rectangle from graph 0,first v - 0.5 to graph 1,first v + 0.5 \
			behind fillcolor rgb '#F3F3F3' fillstyle solid noborder
	}
	set arrow from graph 0,0 to first 100,variants + 0.5 nohead lc rgb grey lw 1.2
	set ytics ()
	do for [v = 1:variants] { set ytics add (c == 1 ? plain(name[v]) : '' v) scale 0 }
	if (r == rows) { set xlabel 'hangs per full (log scale)' } else { unset xlabel }
	plot for [k = 1:3] $data index p using ($2 == k && $3 > 0 ? 100. * $3 / $4 : NaN): \
			(lane_of($1, k)):($5 > left_end ? $5 : left_end):6 \
			with xerrorbars lc rgb color[k] lw 2.2 pt shape[k] ps 1.5 * mark, \
		for [k = 1:2] $data index p using ($2 == k && $3 == 0 ? $6 : NaN): \
			(lane_of($1, k)):(right($6, -38) - $6):(0) \
			with vectors head size screen 0.006,25 filled lc rgb color[k] lw 1.6, \
		for [k = 1:2] $data index p using ($2 == k && $3 == 0 ? $6 : NaN): \
			(lane_of($1, k)) with points lc rgb color[k] lw 2 pt hollow[k] ps 1.5 * mark, \
		$data index p using (valid(1) ? right(100, 16) : far):(valid(1) ? lane_of($1, $2) : far): \
			($3 > 0 ? seen($3, $4) : none($4, $6)) with labels left font small, \
		for [h = 1:places] $data index p using \
			(valid(1) ? ($3 > 0 ? 100. * $3 / $4 : $6) : far):(valid(1) ? lane_of($1, $2) : far): \
			($1 >= 1 ? place($7, $3, name[int($1)].', '.class_name[int($2)].', '.label[r].', loop '.loop[c].': '. \
			counts($3, $4).' hangs/fulls, '.percent(100. * $3 / $4).', 95 % interval '.percent($5).' to '.percent($6)) : '') \
			with labels hypertext point pt 7 ps 2.2 lc rgb unseen, \
		$missing index p using (right(left_end, 8)):1:('not measured') \
			with labels left font small tc rgb grey
}
}
unset multiplot
