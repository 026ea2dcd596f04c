# SPDX-License-Identifier: GPL-2.0-only
# The worst cycle of each class of hang: what happened on the tracee's CPU and
# in the tracer, time running down, a label for each step.

load picture.'.data'
head = 124
step = 27
pane_height(k) = 92 + step * rows[k] + 40
height = head
do for [k = 1:panels] { height = height + pane_height(k) }
load 'style.gp'

unset border
unset key
unset tics
unset grid
lane1 = 0.52
lane2 = 0.69
traced = '#009E73'
dark = '#D55E00'
sleep = '#56B4E9'
array key_text[3] = ['traced', 'not traced', 'tracer asleep in poll()']

set multiplot
ptop = head
do for [k = 1:panels] {
	unset label
	unset arrow
	unset object
	if (k == 1) {
		set label 'The worst cycle of each class of hang' at screen 0.02,from_top(30) font big
		set label where.(emulated ? '; emulated (TCG)' : '').'; time runs down, not to scale' \
			at screen 0.02,from_top(62)
		do for [i = 1:3] {
			x = 0.02 + (i - 1) * 0.16
			set arrow from screen x,from_top(91) to screen x + 0.025,from_top(91) nohead lc rgb word(traced.' '.dark.' '.sleep, i) lw 7
			set label key_text[i] at screen x + 0.031,from_top(91) font small
		}
	}
	set label class[k] at screen 0.02,from_top(ptop + 4) font bold
	set label what[k] at screen 0.02,from_top(ptop + 28) font small tc rgb grey
	y0 = ptop + 92
	y(r) = from_top(y0 + step * r)
	set label 'since full' at screen 0.09,from_top(ptop + 60) right font small tc rgb grey
	set label 'CPU of the tracee' at screen lane1 - 0.02,from_top(ptop + 60) right font bold
	set label 'CPU of the tracer' at screen lane2 + 0.02,from_top(ptop + 60) font bold
	end = rows[k]
	# Through no text: that of the tracee would be in the way.
	do for [i = first[k]:last[k]] {
		if (tracer[i] ne '') {
			set arrow from screen 0.1,y(place[i]) to screen lane2,y(place[i]) nohead lc rgb '#E4E4E4' lw 1
		}
	}
	set arrow from screen lane1,y(-0.7) to screen lane1,y(stop[k]) nohead lc rgb traced lw 7
	set arrow from screen lane1,y(stop[k]) to screen lane1,y(end) nohead lc rgb dark lw 7
	set arrow from screen lane2,y(-0.7) to screen lane2,y(end) nohead lc rgb grey lw 3
	if (awake[k] > asleep[k]) {
		set arrow from screen lane2,y(asleep[k]) to screen lane2,y(awake[k]) nohead lc rgb sleep lw 7
	}
	if (again[k] >= 0) {
		set arrow from screen lane2,y(again[k]) to screen lane2,y(end) nohead lc rgb sleep lw 7
	}
	do for [i = first[k]:last[k]] {
		left = tracee[i] ne ''
		x = left ? lane1 : lane2
		yi = y(place[i])
		set label time[i] at screen 0.09,yi right font small
		set label tracee[i] at screen lane1 - 0.02,yi right font small
		set label tracer[i] at screen lane2 + 0.02,yi font small
		set label '' at screen x,yi point pt 7 ps 1.3 * mark lc rgb '#000000' front
		if (places) {
			set label says(time[i].': '.tracee[i].tracer[i]) at screen x,yi hypertext point pt 7 ps 2.2 lc rgb unseen front
		}
	}
	set lmargin at screen 0
	set rmargin at screen 1
	set tmargin at screen 1
	set bmargin at screen 0
	set xrange [0:1]
	set yrange [0:1]
	plot NaN
	ptop = ptop + pane_height(k)
}
unset multiplot
