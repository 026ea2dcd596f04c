# SPDX-License-Identifier: GPL-2.0-only
# Preemption models side by side: for each variant a lane per kconfig, with
# the quantiles of the wakeup latency on the left and hangs per full on the
# right.  The y axis counts pixels.

load picture.'.data'
head = 152
foot = 58
lane = 25
space = 16
block = kconfigs * lane + space
body = variants * block
height = head + body + foot
load 'style.gp'

pos(v, k) = (v - 1) * block + space / 2 + (k - 0.5) * lane
y_of(v, k) = from_top(head + pos(v, k))

array tint[8] = ['#000000', '#D55E00', '#0072B2', '#009E73', '#E69F00', '#CC79A7', '#56B4E9', '#7F7F7F']
tint_of(k) = tint[(k - 1) % 8 + 1]
array color[3] = ['#D55E00', '#0072B2', '#009E73']
array shape[3] = [7, 5, 9]

# Left and right edges of the two panels, then of the columns beside them.
w_left = 0.225
w_right = 0.425
h_left = 0.635
h_right = 0.775
array w_col[4] = [0.465, 0.512, 0.562, 0.615]
array h_col[5] = [0.825, 0.853, 0.885, 0.912, 0.995]

unset key
unset border
set yrange [body:0]
unset ytics
set grid xtics noytics ls 20
set tmargin at screen from_top(head)
set bmargin at screen from_top(head + body)
set logscale x
set multiplot

# Everything that is text, with the left panel.
set label 'What the preemption model makes of it: wakeup latency and hangs by kconfig' at screen 0.015,from_top(30) font big
set label where.', n = '.thousands(wakeups).' wakeups, '.thousands(fulls).' fulls'. \
	(emulated ? '; emulated: compare, do not quote' : '').(left_out == 0 ? '' : \
	'; without '.thousands(left_out).' cells not measured under all') at screen 0.015,from_top(64)
y = from_top(104)
set label 'wakeup latency (µs)' at screen w_left,y font bold
set label 'hangs per full, 95 % interval' at screen h_left,y font bold
y = from_top(132)
set label '' at screen w_left + 0.005,y point pt 7 ps 1.2 * mark
set label 'p50' at screen w_left + 0.014,y font small
set label '' at screen w_left + 0.052,y point pt 4 ps 1.2 * mark lw 2
set label 'p99' at screen w_left + 0.061,y font small
set label '' at screen w_left + 0.099,y point pt 1 ps 1 * mark
set label 'max' at screen w_left + 0.108,y font small
set label '' at screen h_left + 0.005,y point pt shape[1] ps 1.2 * mark lc rgb color[1]
set label 'lost' at screen h_left + 0.013,y font small
set label '' at screen h_left + 0.046,y point pt shape[2] ps 1.2 * mark lc rgb color[2]
set label 'stop' at screen h_left + 0.054,y font small
set label '' at screen h_left + 0.088,y point pt shape[3] ps 1.2 * mark lc rgb color[3]
set label 'off' at screen h_left + 0.095,y font small
set label '' at screen h_left + 0.118,y point pt 6 ps 1.2 * mark lw 2 lc rgb grey
set label 'none' at screen h_left + 0.125,y font small
do for [i = 1:4] {
	set label word('n p50 p99 max', i) at screen w_col[i],y right font small tc rgb grey
}
do for [i = 1:5] {
	set label word('fulls lost stop off hang', i) at screen h_col[i],y right font small tc rgb grey
}
do for [v = 1:variants] {
	set label vname[v] at screen 0.015,y_of(v, 1) font bold
	do for [k = 1:kconfigs] {
		set label kname[k].(model[k] eq '' || model[k] eq kname[k] ? '' : \
			' ('.model[k].')') at screen 0.095,y_of(v, k) font small
	}
	if (v > 1) {
		y = from_top(head + (v - 1) * block)
		set arrow from screen 0.015,y to screen 0.995,y nohead ls 21
	}
}

decades = log10(top / real(bottom))
steps = decades < 0.5 ? '1 1.2 1.5 2 2.5 3 4 5 6 7 8' : decades < 1.2 ? '1 2 5' : decades < 3 ? '1 3' : '1'
low = bottom / 1.25
high = top * 1.25
set xrange [low:high]
set xtics ()
do for [e = floor(log10(low)):ceil(log10(high))] {
	do for [m in steps] {
		x = m * 10. ** e
		if (x >= low && x <= high) {
			set xtics add ((x >= 1000 ? sprintf('%gk', x / 1000) : sprintf('%g', x)) x)
		}
	}
}
set xtics font small
set lmargin at screen w_left
set rmargin at screen w_right
only(k, c, x) = c == k ? x : NaN
plot for [k = 1:kconfigs] $wake using (only(k, $2, $4)):(pos($1, $2)):($6 - $4):(0) \
		with vectors nohead lw 1 lc rgb tint_of(k), \
	for [k = 1:kconfigs] $wake using (only(k, $2, $4)):(pos($1, $2)):($5 - $4):(0) \
		with vectors nohead lw 3.5 lc rgb tint_of(k), \
	for [k = 1:kconfigs] $wake using (only(k, $2, $4)):(pos($1, $2)) with points pt 7 ps 1.2 * mark lc rgb tint_of(k), \
	for [k = 1:kconfigs] $wake using (only(k, $2, $5)):(pos($1, $2)) with points pt 4 ps 1.2 * mark lw 2 lc rgb tint_of(k), \
	for [k = 1:kconfigs] $wake using (only(k, $2, $6)):(pos($1, $2)) with points pt 1 ps 1 * mark lw 1.6 lc rgb tint_of(k), \
	for [c = 4:places * 6] $wake using (valid(c) ? column(c) : far):(valid(1) ? pos($1, $2) : far):($1 >= 1 ? \
		says(sprintf('%s, %s: wakeup %s %.3g µs', vname[int($1)], kname[int($2)], word('p50 p99 max', c - 3), column(c))) : '') \
		with labels hypertext point pt 7 ps 2 lc rgb unseen

# The right panel; its labels are of no other.
unset label
unset arrow
left_end = 10 ** floor(log10(least / 2.))
set xrange [left_end:100]
set xtics ()
do for [e = floor(log10(left_end)):2] {
	# The last one says of what they are.
	set xtics add (sprintf(e == 2 ? '%g %%%%' : '%g', 10. ** e) 10. ** e)
}
set lmargin at screen h_left
set rmargin at screen h_right
set errorbars 0.5
do for [v = 1:variants] {
do for [k = 1:kconfigs] {
	y = y_of(v, k)
	i = (v - 1) * kconfigs + k
	if (n_fulls[i] < 0) {
		set label 'not measured' at screen w_left + 0.01,y font small tc rgb grey
	} else {
		set label thousands(n_wake[i]) at screen w_col[1],y right font small
		set label p50[i] at screen w_col[2],y right font small
		set label p99[i] at screen w_col[3],y right font small
		set label longest[i] at screen w_col[4],y right font small
		set label thousands(n_fulls[i]) at screen h_col[1],y right font small
		set label thousands(n_lost[i]) at screen h_col[2],y right font small
		set label thousands(n_silent[i]) at screen h_col[3],y right font small
		set label thousands(n_off[i]) at screen h_col[4],y right font small
		set label share[i] at screen h_col[5],y right font small
	}
}
}
shift(c) = c == 1 ? -5 : c == 3 ? 5 : 0
plot for [c = 1:3] $hang using ($3 == c ? 100. * $4 / $5 : NaN): \
		(pos($1, $2) + shift(c)):($6 > left_end ? $6 : left_end):7 \
		with xerrorbars lc rgb color[c] lw 2 pt shape[c] ps 1.2 * mark, \
	$hang using ($3 == 0 ? $7 : NaN):(pos($1, $2)):($7 / 3 - $7):(0) \
		with vectors head size screen 0.005,25 filled lc rgb grey lw 1.6, \
	$hang using ($3 == 0 ? $7 : NaN):(pos($1, $2)) with points lc rgb grey lw 2 pt 6 ps 1.2 * mark, \
	for [h = 1:places] $hang using (valid(1) ? ($4 > 0 ? 100. * $4 / $5 : $7) : far): \
		(valid(1) ? pos($1, $2) + shift($3) : far):($1 >= 1 ? \
		says(sprintf('%s, %s, %s: %s/%s hangs/fulls, 95 %% interval %.3g %% to %.3g %%', vname[int($1)], kname[int($2)], \
		$3 >= 1 ? word('lost stop off', int($3)) : 'no hang', thousands($4), thousands($5), $6, $7)) : '') \
		with labels hypertext point pt 7 ps 2 lc rgb unseen
unset multiplot
