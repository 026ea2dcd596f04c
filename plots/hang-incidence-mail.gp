# SPDX-License-Identifier: GPL-2.0-only
# Hangs per full by variant in characters: all windows and loops, both
# classes.  Where none was seen the mark < is the upper end of the interval.

load picture.'.data'
lines = all + 5
load 'mail.gp'

left_end = 10 ** floor(log10(all_least / 1.2))
set logscale x
set xrange [left_end:100]
set xtics ()
do for [e = floor(log10(left_end) + 0.5):2] {
	set xtics add (sprintf('%g%%%%', 10. ** e) 10. ** e)
}
set yrange [all + 1:0]
unset ytics
do for [i = 1:all] { set label row[i] at graph -0.02,first i right }
set border 1
set lmargin 15
set rmargin 22
set tmargin 1
set label 'hangs per full, 95 % interval (log scale); < none seen' at screen 0,0.99
plot $rows using ($2 > 0 ? $4 > left_end ? $4 : left_end : NaN):1:($5 - ($4 > left_end ? $4 : left_end)):(0) with vectors nohead, \
	'' using ($2 > 0 ? 100. * $2 / $3 : $5):1:($2 > 0 ? 'o' : '<') with labels, \
	'' using (100):1:(sprintf('  %s/%s', thousands($2), thousands($3))) with labels left
