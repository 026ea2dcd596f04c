# SPDX-License-Identifier: GPL-2.0-only
# Title, subtitle and key of hang-incidence; the key is drawn by hand, since
# each class has two marks.

set label 'How often a full buffer ends in a hang' at screen 0.02,from_top(30) font big
set label where.', n = '.thousands(total).' fulls; exact 95 % intervals (Clopper-Pearson)'. \
	'; drain'.(strstrt(drains, ',') ? 's '.drains.' pooled' : ' '.drains) at screen 0.02,from_top(64)
y = from_top(93)
set label '' at screen 0.03,y point pt shape[1] ps 1.5 * mark lc rgb color[1]
set label 'lost wakeup: off, asleep' at screen 0.042,y font small
set label '' at screen 0.235,y point pt shape[2] ps 1.5 * mark lc rgb color[2]
set label 'silent stop: on, nothing traced' at screen 0.247,y font small
set label '' at screen 0.485,y point pt shape[3] ps 1.5 * mark lc rgb color[3]
set label 'silent off: off without a full' at screen 0.497,y font small
set label '' at screen 0.715,y point pt hollow[1] ps 1.5 * mark lw 2 lc rgb color[1]
set label '' at screen 0.73,y point pt hollow[2] ps 1.5 * mark lw 2 lc rgb color[2]
set label 'none seen: upper end' at screen 0.742,y font small
