# SPDX-License-Identifier: GPL-2.0-only
# Sets of results side by side: a row per variant, in it a point per set.

load picture.'.data'
keylines = sets
head = 68 + 26 * keylines + 24
foot = 76
lane = 22
height = head + foot + rows * (sets * lane + 14)
load 'style.gp'

unset key
unset border
set errorbars 0.5
set grid xtics noytics ls 20
set lmargin at screen 0.16
set rmargin at screen 0.76
set tmargin at screen from_top(head)
set bmargin at screen from_top(height - foot)
array color[8] = ['#000000', '#D55E00', '#0072B2', '#009E73', '#E69F00', '#CC79A7', '#56B4E9', '#7F7F7F']
array shape[8] = [7, 5, 9, 11, 13, 7, 5, 9]
array hollow[8] = [6, 4, 8, 10, 12, 6, 4, 8]
per = sets * lane + 14
at_row(r, s) = (r - 0.5) * per + (s - 0.5 * (sets + 1)) * lane
set yrange [rows * per:0]
set ytics () scale 0
do for [r = 1:rows] { set ytics add (plain(name[r]) (r - 0.5) * per) }
do for [r = 1:rows:2] {
	set object rectangle from graph 0,first (r - 1) * per to graph 1,first r * per \
		behind fillcolor rgb '#F3F3F3' fillstyle solid noborder
}
set xtics ()
unit = percent ? ' %%' : ''
if (logarithmic) {
	low = percent ? 10 ** floor(log10(least / 1.3)) : least / 1.3
	high = percent ? 100 : most * 1.3
	set logscale x
	steps = log10(high / low) < 2.2 ? '1 2 5' : '1'
	do for [e = floor(log10(low)):ceil(log10(high))] {
		do for [s in steps] {
			x = s * 10. ** e
			if (x >= low * 0.999 && x <= high * 1.001 && (!percent || s eq '1')) {
				set xtics add (x < 1000 ? sprintf('%g', x).(percent ? ' %%' : '') : thousands(x) x)
			}
		}
	}
} else {
	low = 0
	high = percent ? 100 : most * 1.1
	do for [i = 0:5] { set xtics add (sprintf('%g', i * 20).(percent ? ' %%' : '') i * 20) }
}
set xrange [low:high]
set xlabel axis_text
set label title_text at screen 0.02,from_top(30) font big
do for [s = 1:sets] {
	y = from_top(66 + 26 * (s - 1))
	set label '' at screen 0.03,y point pt shape[s] ps 1.4 * mark lc rgb color[s]
	set label set_name[s] at screen 0.045,y font small
}
do for [r = 1:rows] {
	do for [s = 1:sets] {
		set label label[(r - 1) * sets + s] at screen 0.775,first at_row(r, s) font small tc rgb color[s]
	}
}
plot for [s = 1:sets] $data using ($2 == s && $6 == 0 ? $3 : NaN):(at_row($1, $2)):($4 > low ? $4 : low):5 \
		with xerrorbars lc rgb color[s] lw 2.2 pt shape[s] ps 1.4 * mark, \
	for [s = 1:sets] '' using ($2 == s && $6 == 1 ? $3 : NaN):(at_row($1, $2)) \
		with points lc rgb color[s] lw 2 pt hollow[s] ps 1.4 * mark, \
	for [s = 1:places * sets] '' using (valid(2) && $2 == s ? $3 : far):(valid(1) ? at_row($1, $2) : far): \
		($1 >= 1 ? says(name[int($1)].', '.set_name[s].': '.label[(int($1) - 1) * sets + s]) : '') \
		with labels hypertext point pt 7 ps 2.2 lc rgb unseen
