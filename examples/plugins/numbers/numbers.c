/* Finds numbers written in digits, what they are worth, and what they count: "1,400 jobs" is 1400, "jobs". Plain C
 * against the contract's header, and valid C++17 as well; no Rust, no library but C's own. */

#include <copydesk.h>

#include <stdlib.h>
#include <string.h>

#define TEXT(s) { (const uint8_t *)(s), sizeof(s) - 1 }

/* The host checks options against this before it calls `create`, and what `annotate` gives after it. */
static const char MANIFEST[] =
    "{\"description\": \"Numbers written in digits, their value and what they count\","
    " \"config\": {\"properties\": {\"min_digits\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 20,"
    " \"default\": 1, \"description\": \"Leaves out numbers of fewer digits\"}}},"
    " \"reads\": [{\"layer\": \"tokens\", \"columns\": {\"sentence\": \"ref(sentences)\"}}],"
    " \"writes\": [{\"layer\": \"numbers\", \"columns\": {\"value\": \"f32\", \"unit\": \"string\","
    " \"token\": \"ref(tokens)\"}}]}";

struct Numbers {
    uint32_t min_digits;
};

/* Rows on their way to the host. One allocation each, as long as the tokens are many: a number is a token. */
struct Rows {
    size_t count;
    struct CopydeskSpan *spans;
    float *values;
    uint32_t *tokens;
    uint32_t *unit_ends; /* count + 1 positions in units, the first 0 */
    uint8_t *units;
};

static CopydeskStatus fail(const struct CopydeskHost *host, const char *message) {
    struct CopydeskStr text;
    text.ptr = (const uint8_t *)message;
    text.len = strlen(message);
    host->fail(host->context, text);
    return COPYDESK_STATUS_ERROR;
}

static int equal(struct CopydeskStr one, const char *other) {
    return one.len == strlen(other) && memcmp(one.ptr, other, one.len) == 0;
}

/* The configuration is JSON. The host has filled in the defaults and leaves out blanks, so one option needs no parser. */
static CopydeskStatus create(struct CopydeskStr config, const struct CopydeskHost *host, void **instance) {
    static const char key[] = "{\"min_digits\":";
    const size_t begin = sizeof key - 1;
    struct Numbers *numbers;
    uint32_t digits = 0;
    size_t at;

    if (config.len <= begin || memcmp(config.ptr, key, begin) != 0) {
        return fail(host, "min_digits must be a whole number, 1 to 20");
    }
    for (at = begin; at < config.len && config.ptr[at] >= '0' && config.ptr[at] <= '9' && digits <= 20; at++) {
        digits = digits * 10 + (uint32_t)(config.ptr[at] - '0');
    }
    if (digits < 1 || digits > 20 || at + 1 != config.len) {
        return fail(host, "min_digits must be a whole number, 1 to 20");
    }
    numbers = (struct Numbers *)malloc(sizeof *numbers);
    if (numbers == NULL) {
        return fail(host, "out of memory");
    }
    numbers->min_digits = digits;
    *instance = numbers;
    return COPYDESK_STATUS_OK;
}

static void destroy(void *instance) {
    free(instance);
}

/* The value of "1,400", "3.5" or "1,234,567.8", and how many digits it has; no digits where it is no number. */
static uint32_t parse(const uint8_t *text, size_t len, double *value) {
    uint32_t digits = 0, group = 0;
    int grouped = 0, fraction = 0;
    double scale = 1.0;
    size_t at;

    *value = 0.0;
    for (at = 0; at < len; at++) {
        const uint8_t c = text[at];
        if (c >= '0' && c <= '9') {
            digits++;
            group++;
            if (fraction) {
                scale /= 10.0;
                *value += (c - '0') * scale;
            } else {
                *value = *value * 10.0 + (c - '0');
            }
        } else if (c == ',' && !fraction && group >= 1 && group <= 3 && (!grouped || group == 3)) {
            grouped = 1;
            group = 0;
        } else if (c == '.' && !fraction && group >= 1 && (!grouped || group == 3)) {
            fraction = 1;
            group = 0;
        } else {
            return 0;
        }
    }
    /* "1," and "2." end a clause; "1,40" is no number of ours; a float ends before 1e39. */
    if (group == 0 || (grouped && !fraction && group != 3) || *value > 1e38) {
        return 0;
    }
    return digits;
}

/* Whether a token can be what a number counts: a word, or a percent sign. */
static int is_unit(const uint8_t *text, size_t len) {
    return len > 0 && (text[0] >= 0x80 || (text[0] >= 'a' && text[0] <= 'z') || (len == 1 && text[0] == '%'));
}

static struct CopydeskColumn column(const char *name, uint32_t kind, const void *data, size_t bytes) {
    struct CopydeskColumn made;
    made.name.ptr = (const uint8_t *)name;
    made.name.len = strlen(name);
    made.kind = kind;
    made.width = 1;
    made.data = data;
    made.data_len = bytes;
    made.offsets = NULL;
    return made;
}

static CopydeskStatus hand_over(const struct CopydeskHost *host, const struct Rows *rows) {
    static const char layer[] = "numbers";
    struct CopydeskColumn columns[3];
    struct CopydeskTable table;

    columns[0] = column("value", COPYDESK_KIND_F32, rows->values, rows->count * sizeof *rows->values);
    columns[1] = column("token", COPYDESK_KIND_REF, rows->tokens, rows->count * sizeof *rows->tokens);
    columns[2] = column("unit", COPYDESK_KIND_STRING, rows->units, rows->unit_ends[rows->count]);
    columns[2].offsets = rows->unit_ends;
    table.size = sizeof table;
    table.column_count = 3;
    table.layer.ptr = (const uint8_t *)layer;
    table.layer.len = sizeof layer - 1;
    table.row_count = rows->count;
    table.spans = rows->spans;
    table.columns = columns;
    /* Where the host refuses rows it says why by itself. */
    return host->append(host->context, &table);
}

static CopydeskStatus find(const struct Numbers *self, const struct CopydeskDoc *doc, const struct CopydeskHost *host,
                           const struct CopydeskTable *tokens, const uint32_t *sentences, struct Rows *rows) {
    size_t at;
    for (at = 0; at < tokens->row_count; at++) {
        const struct CopydeskSpan token = tokens->spans[at];
        double value;
        uint32_t end;

        /* Long documents must not outlive a run that was cancelled. */
        if (at % 4096 == 0 && host->is_cancelled(host->context)) {
            return COPYDESK_STATUS_CANCELLED;
        }
        if (parse(doc->text.ptr + token.start, token.end - token.start, &value) < self->min_digits) {
            continue;
        }
        end = rows->unit_ends[rows->count];
        if (at + 1 < tokens->row_count && sentences[at + 1] == sentences[at]) {
            const struct CopydeskSpan next = tokens->spans[at + 1];
            if (is_unit(doc->text.ptr + next.start, next.end - next.start)) {
                memcpy(rows->units + end, doc->text.ptr + next.start, next.end - next.start);
                end += next.end - next.start;
            }
        }
        rows->spans[rows->count] = token;
        rows->values[rows->count] = (float)value;
        rows->tokens[rows->count] = (uint32_t)at;
        rows->count++;
        rows->unit_ends[rows->count] = end;
    }
    return hand_over(host, rows);
}

/* Called from many threads at once on one instance: everything that changes is on the stack or the heap of this call. */
static CopydeskStatus annotate(const void *instance, const struct CopydeskDoc *doc, const struct CopydeskHost *host) {
    /* Tables come in the order of the manifest's `reads`, columns by name. */
    const struct CopydeskTable *tokens = doc->table_count == 1 ? doc->tables[0] : NULL;
    struct Rows rows;
    CopydeskStatus status;

    if (tokens == NULL || tokens->column_count != 1 || !equal(tokens->columns[0].name, "sentence")) {
        return fail(host, "the layer tokens is not what the manifest reads");
    }
    rows.count = 0;
    rows.spans = (struct CopydeskSpan *)malloc((tokens->row_count + 1) * sizeof *rows.spans);
    rows.values = (float *)malloc((tokens->row_count + 1) * sizeof *rows.values);
    rows.tokens = (uint32_t *)malloc((tokens->row_count + 1) * sizeof *rows.tokens);
    rows.unit_ends = (uint32_t *)malloc((tokens->row_count + 1) * sizeof *rows.unit_ends);
    rows.units = (uint8_t *)malloc(doc->text.len + 1); /* units are words of the text, each at most once */
    if (rows.spans && rows.values && rows.tokens && rows.unit_ends && rows.units) {
        rows.unit_ends[0] = 0;
        status = find((const struct Numbers *)instance, doc, host, tokens, (const uint32_t *)tokens->columns[0].data,
                      &rows);
    } else {
        status = fail(host, "out of memory");
    }
    free(rows.spans);
    free(rows.values);
    free(rows.tokens);
    free(rows.unit_ends);
    free(rows.units);
    return status;
}

static const void *get_extension(struct CopydeskStr id) {
    (void)id; /* it has none */
    return NULL;
}

static const struct CopydeskDescriptor DESCRIPTOR = {
    sizeof(struct CopydeskDescriptor), 0, TEXT("numbers"), TEXT("1.0.0"), TEXT(MANIFEST),
    create, annotate, destroy, get_extension,
};
static const struct CopydeskDescriptor *const DESCRIPTORS[] = { &DESCRIPTOR };

const struct CopydeskEntry copydesk_plugin = { COPYDESK_PREFIX(COPYDESK_PANIC_NONE, 1), DESCRIPTORS };
