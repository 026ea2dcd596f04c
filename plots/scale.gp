# SPDX-License-Identifier: GPL-2.0-only
# What grows with the number of pairs at once: wakeup latency, gaps, hangs, and
# the tool's own cost for each pair, which should not.  A curve per kernel.

load picture.'.data'
rows = ceil(curves / 5.)
head = 112 + 26 * rows
height = head + 760
load 'style.gp'

set logscale x 2
set xrange [pairs[1] / 1.3:pairs[|pairs|] * 1.3]
set xtics ()
do for [k = 1:|pairs|] { set xtics add (sprintf('%d', pairs[k]) pairs[k]) }
# Octaves from curve to curve, so that each stays with its number of pairs.
step = 0.12
do for [k = 2:|pairs|] {
	room = 0.7 * log(pairs[k] / real(pairs[k - 1])) / log(2) / curves
	step = room < step ? room : step
}
unset key
set errorbars 0.6

top(r) = head + (r - 1) * 380 + 30
bottom(r) = head + r * 380 - 62
left(c) = 0.075 + (c - 1) * 0.5

# Full lines are medians, and what has only one value; the other is dotted.
tells(i, at, y, of, unit) = says(sprintf('%s, pairs at once %.0f: %s %.3g %s', name[i], at, of, y, unit))

set multiplot
do for [panel = 1:4] {
	r = (panel + 1) / 2
	c = 2 - panel % 2
	unset label
	unset arrow
	unset logscale y
	set ytics autofreq
	set yrange [*:*] extend
	unset offsets
	set tmargin at screen from_top(top(r))
	set bmargin at screen from_top(bottom(r))
	set lmargin at screen left(c)
	set rmargin at screen left(c) + 0.41
	if (panel == 1) {
		set label 'What grows with the number of pairs at once' at screen 0.02,from_top(30) font big
		set label where.', n = '.thousands(total).' fulls; no point where hangs hide a time'.(emulated ? \
			'; emulated (TCG): compare shapes' : '') at screen 0.02,from_top(62)
		do for [i = 1:curves] {
			x = 0.03 + ((i - 1) % 5) * 0.19
			y = from_top(94 + 26 * ((i - 1) / 5))
			set arrow from screen x,y to screen x + 0.036,y nohead ls style(slot[i])
			set label '' at screen x + 0.018,y point ls style(slot[i])
			set label name[i] at screen x + 0.044,y font small
		}
	}
	what = word('wakeup gap hangs cost', panel)
	set label (what eq 'wakeup' ? 'wakeup latency (µs): median, dotted: p99' : \
		what eq 'gap' ? 'trace gap (ms): median, dotted: lost per full' : \
		what eq 'hangs' ? 'hangs per full (%), exact 95 % interval' : \
		'tool: a look at a pair (µs), dotted: a drain') \
		at graph 0,1.06 font bold
	set xlabel (r == 2 ? 'pairs of tracee and tracer at once' : '')
	if (what eq 'wakeup' || what eq 'gap') {
		y1 = what eq 'wakeup' ? 2 : 4
		set logscale y
		# No whole decade for the sake of a round number.
		set yrange [*:*] noextend
		set offsets 0,0,graph 0.05,graph 0.05
		set ytics ()
		do for [e = -4:8] {
			do for [m in '1 2 5'] {
				x = m * 10. ** e
				set ytics add ((x >= 1000 ? sprintf('%gk', x / 1000) : sprintf('%g', x)) x)
			}
		}
		plot for [i = 1:curves] $data index i - 1 using 1:y1 with linespoints ls style(slot[i]), \
			for [i = 1:curves] $data index i - 1 using 1:y1 + 1 with linespoints ls style(slot[i]) lw 1.2 dt 3, \
			for [i = 1:places * curves] for [q = 0:1] $data index i - 1 using 1:(valid(y1 + q) ? column(y1 + q) : far):(tells(i, $1, column(y1 + q), \
			(q == 0 ? 'median ' : what eq 'wakeup' ? 'p99 ' : 'lost per full ').what, what eq 'gap' ? 'ms' : 'µs')) \
			noautoscale with labels hypertext point pt 7 ps 2.2 lc rgb unseen
	}
	if (what eq 'hangs') {
		set yrange [0:*]
		set format y '%g'
		# Side by side, that intervals do not hide each other.
		beside(i) = 2 ** (step * (i - (curves + 1) / 2.))
		plot for [i = 1:curves] $data index i - 1 using ($1 * beside(i)):6:7:8 with yerrorbars ls style(slot[i]), \
			for [i = 1:curves] $data index i - 1 using ($1 * beside(i)):6 with lines ls style(slot[i]), \
			for [i = 1:places * curves] $data index i - 1 using ($1 * beside(i)):(valid(6) ? $6 : far):(tells(i, $1, $6, 'hangs per full', '%')) \
			noautoscale with labels hypertext point pt 7 ps 2.2 lc rgb unseen
	}
	if (what eq 'cost') {
		set yrange [0:*]
		set format y '%g'
		plot for [i = 1:curves] $data index i - 1 using 1:9 with linespoints ls style(slot[i]), \
			for [i = 1:curves] $data index i - 1 using 1:10 with linespoints ls style(slot[i]) lw 1.2 dt 3, \
			for [i = 1:places * curves] for [q = 0:1] $data index i - 1 using 1:(valid(9 + q) ? column(9 + q) : far):(tells(i, $1, column(9 + q), \
			q == 0 ? 'a look at a pair' : 'a drain', 'µs')) \
			noautoscale with labels hypertext point pt 7 ps 2.2 lc rgb unseen
	}
}
unset multiplot
