/* Plugins that are unsound, one way each, so that a test can show what `copydesk plugin check` makes of them. */

#include <copydesk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define TEXT(s) { (const uint8_t *)(s), sizeof(s) - 1 }
#define LITERAL(s) ((struct CopydeskStr)TEXT(s))

static int token;

static CopydeskStatus create(struct CopydeskStr config, const struct CopydeskHost *host, void **instance) {
    (void)config;
    (void)host;
    *instance = &token;
    return COPYDESK_STATUS_OK;
}

static void destroy(void *instance) { (void)instance; }

static const void *none(struct CopydeskStr id) {
    (void)id;
    return NULL;
}

/* A row of `marks` over the first `end` bytes, with a number. */
static CopydeskStatus mark(const struct CopydeskHost *host, uint32_t end, uint32_t number) {
    const struct CopydeskSpan span = { 0, end };
    const struct CopydeskColumn column = { TEXT("n"), COPYDESK_KIND_U32, 1, &number, sizeof number, NULL };
    const struct CopydeskTable rows = { sizeof rows, 1, TEXT("marks"), 1, &span, &column };
    return host->append(host->context, &rows);
}

static int is(const struct CopydeskDoc *doc, const char *id) {
    return doc->id.len == strlen(id) && memcmp(doc->id.ptr, id, doc->id.len) == 0;
}

#define ANNOTATE(name) \
    static CopydeskStatus name(const void *i, const struct CopydeskDoc *doc, const struct CopydeskHost *host)

ANNOTATE(sound) { (void)i; (void)doc; return mark(host, 0, 1); }

ANNOTATE(crashes) {
    (void)i;
    if (is(doc, "an empty text")) {
        abort();
    }
    return mark(host, 0, 1);
}

ANNOTATE(hangs) {
    (void)i;
    while (is(doc, "white space only")) {
        usleep(1000);
    }
    return mark(host, 0, 1);
}

ANNOTATE(leaves) {
    (void)i;
    if (is(doc, "one letter")) {
        exit(0);
    }
    return mark(host, 0, 1);
}

ANNOTATE(counts) {
    static uint32_t calls;
    (void)i;
    (void)doc;
    return mark(host, 0, calls++);
}

ANNOTATE(outside) { (void)i; return mark(host, (uint32_t)doc->text.len + 1, 1); }

ANNOTATE(silent) {
    (void)i;
    (void)host;
    return doc->text.len == 1 ? COPYDESK_STATUS_ERROR : mark(host, 0, 1);
}

/* Two and a half seconds for the long text, and no ear for the host. */
ANNOTATE(deaf) {
    (void)i;
    if (is(doc, "a long text")) {
        clock_t begin = clock();
        while (clock() - begin < 5 * CLOCKS_PER_SEC / 4) {
        }
    }
    return mark(host, 0, 1);
}

ANNOTATE(quadratic) {
    volatile uint32_t sum = 0;
    (void)i;
    if (is(doc, "many quotation marks")) {
        for (size_t at = 0; at < doc->text.len; at++) {
            for (size_t other = 0; other < at / 16; other++) {
                sum += doc->text.ptr[other];
            }
        }
    }
    return mark(host, 0, 1);
}

ANNOTATE(chatty) {
    (void)i;
    if (is(doc, "no letters")) {
        printf("found %d numbers\n", 7);
        fflush(stdout);
    }
    return mark(host, 0, 1);
}

/* Counts rows of the layers that it reads, which no plugin writes, and their values. */
ANNOTATE(reader) {
    uint32_t rows = 0;
    (void)i;
    for (uint32_t t = 0; t < doc->table_count; t++) {
        rows += (uint32_t)doc->tables[t]->row_count;
        if (doc->tables[t]->column_count != (t == 0 ? 4u : 1u)) {
            host->fail(host->context, LITERAL("columns are missing"));
            return COPYDESK_STATUS_ERROR;
        }
    }
    return mark(host, 0, rows);
}

static CopydeskStatus refuses(struct CopydeskStr config, const struct CopydeskHost *host, void **instance) {
    (void)config;
    (void)instance;
    host->fail(host->context, LITERAL("there is no licence"));
    return COPYDESK_STATUS_ERROR;
}

/* Dies of any configuration but the defaults. */
static CopydeskStatus fragile(struct CopydeskStr config, const struct CopydeskHost *host, void **instance) {
    if (config.len != sizeof "{\"n\":1}" - 1) {
        abort();
    }
    return create(config, host, instance);
}

static CopydeskStatus aborts(struct CopydeskStr config, const struct CopydeskHost *host, void **instance) {
    (void)config;
    (void)host;
    (void)instance;
    abort();
}

/* Gives the number of the document within the batch. */
static CopydeskStatus batch(const void *i, const struct CopydeskDoc *const *docs, const struct CopydeskHost *const *hosts,
                            CopydeskStatus *statuses, size_t count) {
    (void)i;
    (void)docs;
    for (size_t at = 0; at < count; at++) {
        statuses[at] = mark(hosts[at], 0, (uint32_t)at);
    }
    return COPYDESK_STATUS_OK;
}

static const struct CopydeskAnnotateBatch batches = { sizeof batches, 0, batch };

static const void *batching(struct CopydeskStr id) {
    const char *name = COPYDESK_EXTENSION_ANNOTATE_BATCH;
    return id.len == strlen(name) && memcmp(id.ptr, name, id.len) == 0 ? &batches : NULL;
}

#define MARKS "\"writes\": [{\"layer\": \"marks\", \"columns\": {\"n\": \"u32\"}}]}"
#define PLAIN "{\"description\": \"Unsound\", " MARKS
#define OPTION "{\"description\": \"Unsound\", \"config\": {\"properties\": {\"n\": {\"type\": \"integer\", \"default\": 1, " \
    "\"description\": \"No other than 1\"}}}, " MARKS
#define READS "{\"description\": \"Reads what nobody writes\", \"reads\": [" \
    "{\"layer\": \"weather\", \"columns\": {\"degrees\": \"f32[3]\", \"note\": \"string\", \"place\": \"ref(places)\", " \
    "\"entity\": \"ref(entities)?\"}}, {\"layer\": \"sentences\", \"columns\": {\"mood\": \"u32\"}}], " MARKS

#define PLUGIN(id, version, manifest, create, annotate, extension) \
    static const struct CopydeskDescriptor plugin_##id = { \
        sizeof plugin_##id, 0, TEXT(#id), TEXT(version), TEXT(manifest), create, annotate, destroy, extension };

PLUGIN(sound, "1.0.0", PLAIN, create, sound, none)
PLUGIN(nameless, "1.0", "{}", create, sound, none)
PLUGIN(crashes, "1.0.0", PLAIN, create, crashes, none)
PLUGIN(hangs, "1.0.0", PLAIN, create, hangs, none)
PLUGIN(leaves, "1.0.0", PLAIN, create, leaves, none)
PLUGIN(counts, "1.0.0", PLAIN, create, counts, none)
PLUGIN(outside, "1.0.0", PLAIN, create, outside, none)
PLUGIN(silent, "1.0.0", PLAIN, create, silent, none)
PLUGIN(deaf, "1.0.0", PLAIN, create, deaf, none)
PLUGIN(quadratic, "1.0.0", PLAIN, create, quadratic, none)
PLUGIN(chatty, "1.0.0", PLAIN, create, chatty, none)
PLUGIN(reader, "1.0.0", READS, create, reader, none)
PLUGIN(refuses, "1.0.0", PLAIN, refuses, sound, none)
PLUGIN(fragile, "1.0.0", OPTION, fragile, sound, none)
PLUGIN(aborts, "1.0.0", PLAIN, aborts, sound, none)
PLUGIN(batch, "1.0.0", PLAIN, create, sound, batching)

static const struct CopydeskDescriptor *const all[] = {
    &plugin_sound, &plugin_nameless, &plugin_crashes, &plugin_hangs, &plugin_leaves, &plugin_counts, &plugin_outside,
    &plugin_silent, &plugin_deaf, &plugin_chatty, &plugin_reader, &plugin_refuses, &plugin_fragile, &plugin_aborts,
    &plugin_batch, &plugin_quadratic,
};
const struct CopydeskEntry copydesk_plugin = {
    COPYDESK_PREFIX(COPYDESK_PANIC_NONE, sizeof all / sizeof *all), all };
