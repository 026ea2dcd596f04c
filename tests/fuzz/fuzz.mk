# SPDX-License-Identifier: GPL-2.0-only
# Everything but the mains once more, with libFuzzer's eyes in it, and a program
# for each target.  Called by "make fuzz", which knows SOURCES and LIBS.
FUZZ_CC = clang
FUZZ_CFLAGS = -std=gnu11 -g -O1 -pthread -w -D_GNU_SOURCE -I$(SRC) -I. \
	-DSRCDIR='"$(SRC)"' -DBUILDDIR='"."' -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined
TARGETS = $(patsubst $(SRC)/tests/fuzz/fuzz-%.c,%,\
	$(wildcard $(SRC)/tests/fuzz/fuzz-*.c))
OBJECTS = $(patsubst %.c,build-fuzz/%.o,$(filter %.c,$(SOURCES)))

all: $(TARGETS:%=build-fuzz/fuzz-%)

build-fuzz/%.o: %.c
	@mkdir -p $(@D)
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link $(CPPFLAGS) -MMD \
		-c -o $@ $<
build-fuzz/fuzz-%: tests/fuzz/fuzz-%.c build-fuzz/libfuzzed.a
	$(FUZZ_CC) $(FUZZ_CFLAGS) -fsanitize=fuzzer $(CPPFLAGS) -o $@ $< \
		build-fuzz/libfuzzed.a $(LIBS)
build-fuzz/libfuzzed.a: $(OBJECTS)
	rm -f $@ && ar cr $@ $(OBJECTS)
vpath %.c $(SRC)
-include $(OBJECTS:.o=.d)
.SECONDARY:
