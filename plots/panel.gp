# SPDX-License-Identifier: GPL-2.0-only
# Margins and key of panel k; title and subtitle with the first.

unset label
unset arrow
unset xlabel
if (k == 1) {
	set label title_text at screen 0.02,from_top(30) font big
	set label subtitle at screen 0.02,from_top(64)
	set label remark at screen 0.02,from_top(86) font small tc rgb grey
}
if (k == panels) { set xlabel xtitle }
if (panels > 1) {
	set label 'kconfig '.panel[k] at screen 0.112,from_top(panel_top(k) - 14) font bold
}
set tmargin at screen from_top(panel_top(k))
set bmargin at screen from_top(panel_bottom(k))

# Right edges of the columns.  "> x" where hangs cut off so much that no more
# is known.
c_n = with_cut ? 0.85 : 0.925
c_cut = 0.885
c_p99 = 0.94
c_max = 0.995
set label 'n' at screen c_n,row(k, 0) right font small tc rgb grey
if (with_cut) {
	set label 'cut' at screen c_cut,row(k, 0) right font small tc rgb grey
	set label 'p99' at screen c_p99,row(k, 0) right font small tc rgb grey
}
set label 'max' at screen c_max,row(k, 0) right font small tc rgb grey
do for [i = first[k]:last[k]] {
	y = row(k, i - first[k] + 1)
	set arrow from screen edge_x + 0.012,y to screen edge_x + 0.048,y nohead ls style(slot[i])
	set label '' at screen edge_x + 0.03,y point ls style(slot[i])
	set label name[i] at screen edge_x + 0.054,y font small
	set label thousands(n[i]) at screen c_n,y right font small
	if (with_cut) {
		set label thousands(ncut[i]) at screen c_cut,y right font small
		set label last_percent[i] at screen c_p99,y right font small
	}
	set label longest[i] at screen c_max,y right font small
}
