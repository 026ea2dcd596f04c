# SPDX-License-Identifier: GPL-2.0-only
# Margins and key of panel k; title and subtitle with the first.

unset label
unset arrow
unset xlabel
if (k == 1) {
	set label title_text at screen 0.02,from_top(30) font big
	set label subtitle at screen 0.02,from_top(64)
}
if (k == panels) { set xlabel xtitle }
if (panels > 1) {
	set label 'kconfig '.panel[k] at screen 0.112,from_top(panel_top(k) - 14) font bold
}
set tmargin at screen from_top(panel_top(k))
set bmargin at screen from_top(panel_bottom(k))

# Right edges of the columns: with a count of gaps cut off, or without.
c_n = 0.845
c_cut = 0.875
c_p50 = cut ? 0.913 : 0.892
c_p99 = cut ? 0.952 : 0.942
c_max = 0.995
set label 'n' at screen c_n,row(k, 0) right font small tc rgb grey
if (cut) { set label 'cut' at screen c_cut,row(k, 0) right font small tc rgb grey }
set label 'p50' at screen c_p50,row(k, 0) right font small tc rgb grey
set label 'p99' at screen c_p99,row(k, 0) right font small tc rgb grey
set label 'max' at screen c_max,row(k, 0) right font small tc rgb grey
do for [i = first[k]:last[k]] {
	y = row(k, i - first[k] + 1)
	set arrow from screen 0.682,y to screen 0.718,y nohead ls style(slot[i])
	set label '' at screen 0.7,y point ls style(slot[i])
	set label name[i] at screen 0.724,y font small
	set label thousands(n[i]) at screen c_n,y right font small
	if (cut) { set label thousands(ncut[i]) at screen c_cut,y right font small }
	set label p50[i] at screen c_p50,y right font small
	set label p99[i] at screen c_p99,y right font small
	set label longest[i] at screen c_max,y right font small
}
