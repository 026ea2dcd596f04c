# SPDX-License-Identifier: GPL-2.0-only
# See compare.gp, which draws every picture of bench/compare.
load 'compare.gp'
