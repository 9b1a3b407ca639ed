/* SPDX-License-Identifier: Apache-2.0
 * bites-picture.c - canonical files of the profiles of pictures that have one file for each series of pixels, and
 * what is changed in them: each change alone is refused, and named. */
#include "bites-picture.h"

#include <string.h>

/* Two by two pixels, of two colours, the second one transparent or not: a frame from its control on. */
#define CONTROL "\x21\xf9\x04\x04\0\0\0\0"
#define PLACE "\x2c\0\0\0\0\2\0\2\0\x80"
#define TABLE "\0\0\xff\xff\0\0"
#define DATA "\2\3\x44\x02\5\0"
#define SCREEN "GIF89a\2\0\2\0\x70\0\0"
#define LOOP "\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"
#define FRAME CONTROL PLACE TABLE DATA

typedef struct {
    const char *word;
    bool kept; /* animations are */
    const char *bytes;
    size_t n;
} Gif;

#define GIF(word, kept, bytes) { word, kept, bytes, sizeof(bytes) - 1 }

static const Gif gifs[] = {
    GIF("clean", false, SCREEN FRAME ";"),
    GIF("clean", true, SCREEN FRAME ";"),
    GIF("clean", true, SCREEN FRAME FRAME ";"),
    GIF("clean", true, SCREEN LOOP FRAME "\x21\xf9\x04\x08\5\0\0\0" PLACE TABLE DATA ";"),
    GIF("clean", false, SCREEN "\x21\xf9\x04\x05\0\0\1\0" PLACE "\0\0\xff\0\0\0" DATA ";"),
    GIF("picture-animation", false, SCREEN FRAME FRAME ";"),
    GIF("picture-animation", false, SCREEN LOOP FRAME ";"),
    GIF("picture-animation", true, SCREEN LOOP FRAME ";"),
    GIF("picture-animation", true, SCREEN "\x21\xf9\x04\x04\1\0\0\0" PLACE TABLE DATA ";"),
    GIF("picture-animation", true, SCREEN "\x21\xf9\x04\x08\0\0\0\0" PLACE TABLE DATA ";"),
    GIF("picture-text", false, SCREEN FRAME "\x21\xfe\2hi\0;"),
    GIF("picture-text", false, SCREEN "\x21\xfe\2hi\0" FRAME ";"),
    GIF("picture-metadata", false, SCREEN FRAME "\x21\xff\x0bXMP DataXMP\1x\0;"),
    GIF("trailing-data", false, SCREEN FRAME ";\xff\xd8\xff"),
    GIF("trailing-data", false, SCREEN CONTROL PLACE TABLE "\2\4\x44\x02\5x\0" ";"),
    GIF("picture-encoding", false, SCREEN CONTROL PLACE TABLE "\2\2\x44\x02\0" ";"),
    GIF("picture-encoding", false, SCREEN CONTROL PLACE TABLE "\2\2\x44\x01\0" ";"), /* one pixel */
    GIF("not-canonical", false, SCREEN FRAME),
    GIF("not-canonical", false, SCREEN ";"),
    GIF("wrong-type", false, "GIF87a\2\0\2\0\x70\0\0" FRAME ";"),
    GIF("not-canonical", false, "GIF89a\2\0\2\0\xf0\0\0" TABLE FRAME ";"),
    GIF("not-canonical", false, "GIF89a\2\0\2\0\x70\1\0" FRAME ";"),
    GIF("not-canonical", false, "GIF89a\1\0\2\0\x70\0\0" FRAME ";"), /* beyond the screen */
    GIF("not-canonical", false, SCREEN PLACE TABLE DATA ";"),         /* no control */
    GIF("not-canonical", false, SCREEN "\x21\xf9\x04\0\0\0\0\0" PLACE TABLE DATA ";"),
    GIF("not-canonical", false, SCREEN "\x21\xf9\x04\x04\0\0\1\0" PLACE TABLE DATA ";"),
    GIF("not-canonical", false, SCREEN "\x21\xf9\x04\x05\0\0\0\0" PLACE TABLE DATA ";"),
    GIF("not-canonical", false, SCREEN CONTROL "\x2c\0\0\0\0\2\0\2\0\xc0" TABLE DATA ";"), /* interlaced */
    GIF("not-canonical", false, SCREEN CONTROL PLACE "\xff\0\0\0\0\xff" DATA ";"),         /* order */
    GIF("not-canonical", false, SCREEN CONTROL PLACE "\xff\0\0\xff\0\0" DATA ";"),         /* twice */
    GIF("not-canonical", false, SCREEN CONTROL "\x2c\0\0\0\0\2\0\2\0\x81" TABLE "\0\0\0\0\0\0" DATA ";"),
    GIF("not-canonical", false, SCREEN CONTROL "\x2c\0\0\0\0\2\0\2\0\x81" TABLE "<?php " DATA ";"),
    GIF("not-canonical", false, SCREEN CONTROL PLACE TABLE "\3\3\x44\x02\5\0" ";"),
    /* The first pixel, then a new table at once. */
    GIF("not-canonical", false, SCREEN CONTROL PLACE TABLE "\2\4\x04\x11\x02\5\0" ";"),
};

static void
check_gif(const void *data)
{
    const Gif *gif = data;
    SkJob job = sk_job_default();

    job.verdicts[SK_ELEMENT_PICTURE_ANIMATION] = gif->kept ? SK_VERDICT_KEPT : SK_VERDICT_NONE;
    g_assert_cmpstr(verify_word(SK_TYPE_GIF, sk_span(gif->bytes, gif->n), &job), ==, gif->word);
}

static void
check_soil(void)
{
    assert_every_cut_refused(SK_TYPE_GIF, sk_span(gifs[0].bytes, gifs[0].n));
    assert_flips_harmless(SK_TYPE_GIF, sk_span(gifs[0].bytes, gifs[0].n));
}

void
picture_plants_add(void)
{
    g_test_add_func("/verify/bites/gif/soil", check_soil);
    for (unsigned i = 0; i < G_N_ELEMENTS(gifs); i++) {
        g_autofree char *path = g_strdup_printf("/verify/bites/gif/%u/%s", i, gifs[i].word);
        g_test_add_data_func(path, &gifs[i], check_gif);
    }
}
