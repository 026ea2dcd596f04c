// SPDX-License-Identifier: GPL-2.0-only
/*
 * Arm SPE: the timestamp packets in its records.  Packets are told apart by
 * their first byte (Arm Architecture Reference Manual, Statistical Profiling
 * Extension, the sample record packets):
 *
 *   0x00        padding          0x01   end of the record
 *   0x71        timestamp, 8 bytes, which ends the record, too
 *   01..0010    events           01..0011   data source
 *   011001..    context          010010..   operation type
 *   10110...    address          10011...   counter
 *   001000..    the second byte is the header, the first extends its number;
 *               a second byte of 0 is alignment padding
 *
 * Bits 5:4 of the (last) header byte are the payload's size: 1, 2, 4, 8.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stress/trace/decoder.h"

/* Two bytes of header and 8 of payload; alignment is to 16 at the most. */
#define PACKET_MAX 16

#define PAD 0x00
#define END 0x01
#define TIMESTAMP 0x71

/* The PC's address packet, which a record begins with. */
#define PC 0xb0

/* Packets, with the timestamp, that are no accident. */
#define IN_ROW 4

struct spe {
	struct decoder decoder;
	unsigned char part[PACKET_MAX];
	size_t part_len;
	uint64_t offset;	/* of the packet, from the first byte fed */
	uint64_t time;
	bool lost;		/* searching for the begin of a record */
	bool doubt;		/* there was one, it seems */
	unsigned int in_row;	/* good packets since then */
};

static size_t payload(unsigned char header)
{
	return 1u << (header >> 4 & 3);
}

static bool known(unsigned char header)
{
	return (header & 0xcf) == 0x42 || (header & 0xcf) == 0x43 ||
	       (header & 0xfc) == 0x64 || (header & 0xfc) == 0x48 ||
	       (header & 0xf8) == 0xb0 || (header & 0xf8) == 0x98;
}

/* To the next multiple of 2 << @log from @offset. */
static size_t alignment(uint64_t offset, unsigned int log)
{
	uint64_t size = 2ull << log;

	return size - (offset & (size - 1));
}

/* The packet's length; 0: more bytes are needed, to know it or to have it. */
static int packet_length(const struct spe *spe, const unsigned char *p,
			 size_t len)
{
	size_t n;

	if (p[0] == PAD || p[0] == END)
		return 1;
	if (p[0] == TIMESTAMP || known(p[0])) {
		n = 1 + payload(p[0]);
	} else if ((p[0] & 0xfc) == 0x20) {
		if (len < 2)
			return 0;
		if (p[1] == 0)
			n = alignment(spe->offset, p[0] & 3);
		else if ((p[1] & 0xf8) == 0xb0 || (p[1] & 0xf8) == 0x98)
			n = 2 + payload(p[1]);
		else
			return -EINVAL;
	} else {
		return -EINVAL;
	}
	return n <= len ? (int)n : 0;
}

static uint64_t little_endian(const unsigned char *p)
{
	uint64_t v = 0;
	int i;

	for (i = 7; i >= 0; i--)
		v = v << 8 | p[i];
	return v;
}

static void take_packet(struct spe *spe, const unsigned char *p)
{
	spe->in_row++;
	if (p[0] != TIMESTAMP)
		return;
	if (spe->doubt && spe->in_row < IN_ROW) {
		spe->lost = true;
		spe->in_row = 0;
		return;
	}
	spe->doubt = false;
	spe->time = little_endian(p + 1);
	spe->decoder.fn(spe->decoder.ctx, DECODE_TIME, spe->time);
}

/*
 * Decodes what is whole and returns how much that was.  Something that is no
 * packet: on from what may be the begin of a record, its PC, and in doubt until
 * packets in a row have led from there to a timestamp.
 */
static size_t decode(struct spe *spe, const unsigned char *p, size_t len)
{
	size_t done = 0;
	int n;

	while (done < len) {
		if (spe->lost && p[done] != PC) {
			n = 1;
		} else {
			spe->lost = false;
			n = packet_length(spe, p + done, len - done);
			if (!n)
				break;
			if (n < 0) {
				spe->decoder.resyncs += !spe->doubt;
				spe->lost = spe->doubt = true;
				spe->in_row = 0;
				continue;
			}
			take_packet(spe, p + done);
		}
		done += n;
		spe->offset += n;
	}
	return done;
}

static void spe_feed(struct decoder *decoder, const unsigned char *buf,
		     size_t len)
{
	struct spe *spe = (struct spe *)decoder;
	size_t done;

	/* The rest of a packet, byte by byte: there are few. */
	while (spe->part_len && len) {
		spe->part[spe->part_len++] = *buf++;
		len--;
		done = decode(spe, spe->part, spe->part_len);
		spe->part_len -= done;
		memmove(spe->part, spe->part + done, spe->part_len);
	}
	done = decode(spe, buf, len);
	if (done < len) {
		spe->part_len = len - done;
		memcpy(spe->part, buf + done, spe->part_len);
	}
}

static void spe_cut(struct decoder *decoder)
{
	struct spe *spe = (struct spe *)decoder;

	if (spe->part_len)
		decoder->torn++;
	spe->offset += spe->part_len;
	spe->part_len = 0;
	/* The hardware begins with a record. */
	spe->lost = spe->doubt = false;
}

static void spe_free(struct decoder *decoder)
{
	free(decoder);
}

int spe_decoder_new(struct decoder **decoder, struct err *err)
{
	struct spe *spe = calloc(1, sizeof(*spe));

	if (!spe)
		return err_set(err, -ENOMEM, "no memory for a decoder");
	spe->decoder = (struct decoder) {
		.feed = spe_feed, .cut = spe_cut, .free = spe_free,
		.time_is_on = true,
	};
	*decoder = &spe->decoder;
	return 0;
}
