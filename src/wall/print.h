/* SPDX-License-Identifier: Apache-2.0
 *
 * print.h - the wall on one sheet of A4 for people: the zones as a picture with the flows between them,
 * and a table, who may speak to whom. What has no room in the table is counted there and listed on
 * the sheets behind (PDF).
 * Runs in: sekisho-wall-print, which has no right and holds cairo and pango, so that sekisho-wall does
 * not. Trusts: the policy, which has been checked.
 * Spec: docs/wall.md   Tests: tests/golden/wall-print
 */
#pragma once

#include "wall/plan.h"

#include <cairo.h>
#include <pango/pangocairo.h>

#define SK_WALL_PAGE_WIDTH 842.0 /* points: A4, lying */
#define SK_WALL_PAGE_HEIGHT 595.0
#define SK_WALL_MARGIN 32.0
#define SK_WALL_CELLS_SIDES_MAX                                                                    \
    8u /* sides up to which a cell tells its flows; beyond it counts them */

typedef struct {
    double r, g, b;
} SkWallInk;
extern const SkWallInk sk_wall_ink_text, sk_wall_ink_pale, sk_wall_ink_line, sk_wall_ink_flow,
    sk_wall_ink_specific, sk_wall_ink_paper, sk_wall_ink_head;

typedef struct {
    cairo_t *cr;
    PangoContext *context;
} SkWallPen;

typedef struct {
    double x, y, width, height;
} SkWallRect;

/** SkWallText: how words stand in a rectangle: wrapped at its width, cut with `…` at its height. */
typedef struct {
    double size; /* points */
    bool bold;
    bool centred; /* both ways; otherwise left and top */
    bool one_line;
    const SkWallInk *ink; /* NULL: text */
} SkWallText;

void sk_wall_pen_ink(const SkWallPen *pen, const SkWallInk *ink);
/** sk_wall_pen_write: returns the height that the words take. */
double sk_wall_pen_write(const SkWallPen *pen, const char *words, SkWallRect in, SkWallText how);
/** sk_wall_pen_measure: the height that the words would take at that width. */
double sk_wall_pen_measure(const SkWallPen *pen, const char *words, double width, SkWallText how);
/** sk_wall_pen_width: of words on one line. */
double sk_wall_pen_width(const SkWallPen *pen, const char *words, SkWallText how);

/** SkWallSheet: what is shown: the zones by trust, the least first, and before them what is outside. */
typedef struct {
    const SkWallPlan *plan;
    GPtrArray *sides; /* of const SkZone; NULL: outside */
    GPtrArray *flows; /* of const SkFlow: those that are not over, as in the text */
    GArray *ends;     /* of unsigned: the sides of each, from and to */
    char *day;        /* YYYY-MM-DD in Japan */
} SkWallSheet;

/** sk_wall_sheet_side: the number of the side that @end is on. */
unsigned sk_wall_sheet_side(const SkWallSheet *self, const SkEnd *end);
const char *sk_wall_side_label(const SkZone *side);
/** sk_wall_flow_ports: (transfer full): "TCP 443, 853" */
char *sk_wall_flow_ports(const SkFlow *flow);
/** sk_wall_sheet_between: (transfer container): of const SkFlow. */
GPtrArray *sk_wall_sheet_between(const SkWallSheet *self, unsigned from, unsigned to);

void sk_wall_print_diagram(const SkWallPen *pen, const SkWallSheet *sheet, SkWallRect in);
/** sk_wall_print_table: returns whether something had no room and has to be listed. */
bool sk_wall_print_table(const SkWallPen *pen, const SkWallSheet *sheet, SkWallRect in);
/** sk_wall_print_list: sheets with every flow. */
void sk_wall_print_list(const SkWallPen *pen, const SkWallSheet *sheet);

typedef enum { SK_WALL_PRINT_SVG, SK_WALL_PRINT_PDF } SkWallPrint;
/** sk_wall_print: @write gets the file's bytes. SK_ERROR_MALFORMED as sk_wall_plan_new says. */
bool sk_wall_print(const SkPolicy *policy, int64_t at, SkWallPrint as, cairo_write_func_t write,
                   void *data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
