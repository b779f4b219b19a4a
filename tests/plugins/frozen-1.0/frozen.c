/* A plugin of ABI 1.0, and beside it the contract's header as it was then.
 *
 * NEVER EDIT THIS FILE OR copydesk.h IN THIS FOLDER, and never generate them again. They stand for every plugin that
 * somebody built against 1.0 and does not build again: `tests/tests/frozen.rs` compiles and loads them for ever. Where
 * that test fails, the host is wrong.
 *
 * It uses everything that 1.0 has: options, a failure, all kinds of columns in both directions, a layer of its own,
 * a column of another's layer, cancellation and the batch extension. */

#include "copydesk.h"

#include <stdlib.h>
#include <string.h>

#define TEXT(s) { (const uint8_t *)(s), sizeof(s) - 1 }

struct Instance {
    uint32_t weight;
};

static const char MANIFEST[] =
    "{\"description\": \"A plugin of ABI 1.0\","
    " \"config\": {\"properties\": {\"weight\": {\"type\": \"integer\", \"minimum\": 1, \"maximum\": 9, \"default\": 3,"
    " \"description\": \"The weight of every row\"}}},"
    " \"reads\": [{\"layer\": \"sentences\", \"columns\": {\"block\": \"ref(blocks)\"}},"
    " {\"layer\": \"tokens\", \"columns\": {\"sentence\": \"ref(sentences)\", \"space_after\": \"u32\"}},"
    " {\"layer\": \"entities\", \"columns\": {\"label\": \"string\", \"score\": \"f32\"}, \"optional\": true}],"
    " \"writes\": [{\"layer\": \"frozen\", \"order\": \"disjoint\", \"columns\": {\"tokens\": \"u32\", \"weight\": \"f32\","
    " \"pair\": \"f32[2]\", \"first\": \"string\", \"sentence\": \"ref(sentences)\", \"entity\": \"ref(entities)?\"}}],"
    " \"extends\": [{\"layer\": \"sentences\", \"columns\": {\"frozen\": \"ref(frozen)?\"}}]}";

static int equal(struct CopydeskStr one, const char *other) {
    return one.len == strlen(other) && memcmp(one.ptr, other, one.len) == 0;
}

static CopydeskStatus fail(const struct CopydeskHost *host, const char *message) {
    struct CopydeskStr text;
    text.ptr = (const uint8_t *)message;
    text.len = strlen(message);
    host->fail(host->context, text);
    return COPYDESK_STATUS_ERROR;
}

/* The configuration is a JSON object with one whole number in it. */
static CopydeskStatus create(struct CopydeskStr config, const struct CopydeskHost *host, void **instance) {
    struct Instance *made;
    uint32_t weight = 0;
    size_t at;
    if (host->size < sizeof(struct CopydeskHost)) {
        return COPYDESK_STATUS_ERROR;
    }
    for (at = 0; at < config.len; at++) {
        if (config.ptr[at] >= '0' && config.ptr[at] <= '9') {
            weight = weight * 10 + (uint32_t)(config.ptr[at] - '0');
        }
    }
    if (weight < 1 || weight > 9) {
        return fail(host, "weight must be 1 to 9");
    }
    made = (struct Instance *)malloc(sizeof *made);
    if (made == NULL) {
        return fail(host, "no memory");
    }
    made->weight = weight;
    *instance = made;
    return COPYDESK_STATUS_OK;
}

static void destroy(void *instance) { free(instance); }

static const struct CopydeskTable *table(const struct CopydeskDoc *doc, const char *layer) {
    uint32_t at;
    for (at = 0; at < doc->table_count; at++) {
        if (equal(doc->tables[at]->layer, layer)) {
            return doc->tables[at];
        }
    }
    return NULL;
}

static const struct CopydeskColumn *column(const struct CopydeskTable *of, const char *name) {
    uint32_t at;
    for (at = 0; of != NULL && at < of->column_count; at++) {
        if (equal(of->columns[at].name, name)) {
            return &of->columns[at];
        }
    }
    return NULL;
}

static struct CopydeskColumn made(const char *name, uint32_t kind, uint32_t width, const void *data, size_t bytes) {
    struct CopydeskColumn column;
    column.name.ptr = (const uint8_t *)name;
    column.name.len = strlen(name);
    column.kind = kind;
    column.width = width;
    column.data = data;
    column.data_len = bytes;
    column.offsets = NULL;
    return column;
}

/* A row for each sentence that has tokens: how many, the first word, and the first name in it. */
static CopydeskStatus annotate(const void *instance, const struct CopydeskDoc *doc, const struct CopydeskHost *host) {
    const struct Instance *self = (const struct Instance *)instance;
    const struct CopydeskTable *sentences = table(doc, "sentences");
    const struct CopydeskTable *tokens = table(doc, "tokens");
    const struct CopydeskTable *entities = table(doc, "entities");
    const struct CopydeskColumn *of = column(tokens, "sentence");
    const struct CopydeskColumn *space = column(tokens, "space_after");
    const struct CopydeskColumn *block = column(sentences, "block");
    const struct CopydeskColumn *label = column(entities, "label");
    const struct CopydeskColumn *score = column(entities, "score");
    const uint32_t *sentence_of;
    size_t rows = sentences == NULL ? 0 : sentences->row_count;
    size_t count = 0, bytes = 0, at, row;
    struct CopydeskSpan *spans;
    struct CopydeskColumn columns[6];
    struct CopydeskTable out;
    uint32_t *numbers;
    float *floats;
    uint8_t *first;
    CopydeskStatus status = COPYDESK_STATUS_ERROR;

    if (of == NULL || of->kind != COPYDESK_KIND_REF || space == NULL || space->kind != COPYDESK_KIND_U32 ||
        block == NULL || block->kind != COPYDESK_KIND_REF) {
        return fail(host, "a column is missing or of another kind");
    }
    if (entities != NULL && (label == NULL || label->kind != COPYDESK_KIND_STRING || label->offsets == NULL ||
                             label->offsets[entities->row_count] != label->data_len || score == NULL ||
                             score->kind != COPYDESK_KIND_F32 || score->width != 1)) {
        return fail(host, "the entities are not what 1.0 lends");
    }
    sentence_of = (const uint32_t *)of->data;

    /* tokens, sentence, entity, the offsets of `first`, and the column for `sentences`. */
    spans = (struct CopydeskSpan *)calloc(rows + 1, sizeof *spans);
    numbers = (uint32_t *)calloc(5 * (rows + 1), sizeof *numbers);
    floats = (float *)calloc(3 * (rows + 1), sizeof *floats);
    first = (uint8_t *)malloc(doc->text.len + 1);
    if (spans != NULL && numbers != NULL && floats != NULL && first != NULL) {
        uint32_t *lengths = numbers, *owners = lengths + rows, *names = owners + rows;
        uint32_t *offsets = names + rows, *back = offsets + rows + 1;
        float *weights = floats, *pairs = floats + rows;
        for (row = 0; row < rows; row++) {
            back[row] = COPYDESK_NONE;
        }
        for (at = 0; at < tokens->row_count; at++) {
            const struct CopydeskSpan token = tokens->spans[at];
            if (at % 256 == 0 && host->is_cancelled(host->context)) {
                status = COPYDESK_STATUS_CANCELLED;
                goto end;
            }
            row = sentence_of[at];
            if (back[row] == COPYDESK_NONE) {
                spans[count] = sentences->spans[row];
                owners[count] = (uint32_t)row;
                names[count] = COPYDESK_NONE;
                weights[count] = (float)self->weight;
                pairs[2 * count] = 0.25f;
                pairs[2 * count + 1] = (float)self->weight;
                memcpy(first + bytes, doc->text.ptr + token.start, token.end - token.start);
                bytes += token.end - token.start;
                offsets[count + 1] = (uint32_t)bytes;
                back[row] = (uint32_t)count++;
            }
            lengths[back[row]] += 1;
        }
        for (at = entities == NULL ? 0 : entities->row_count; at-- > 0;) {
            for (row = 0; row < count; row++) {
                if (spans[row].start <= entities->spans[at].start && entities->spans[at].end <= spans[row].end) {
                    names[row] = (uint32_t)at;
                }
            }
        }
        columns[0] = made("tokens", COPYDESK_KIND_U32, 1, lengths, 4 * count);
        columns[1] = made("sentence", COPYDESK_KIND_REF, 1, owners, 4 * count);
        columns[2] = made("entity", COPYDESK_KIND_REF, 1, names, 4 * count);
        columns[3] = made("weight", COPYDESK_KIND_F32, 1, weights, 4 * count);
        columns[4] = made("pair", COPYDESK_KIND_F32, 2, pairs, 8 * count);
        columns[5] = made("first", COPYDESK_KIND_STRING, 1, first, bytes);
        columns[5].offsets = offsets;
        out.size = sizeof out;
        out.column_count = 6;
        out.layer.ptr = (const uint8_t *)"frozen";
        out.layer.len = 6;
        out.row_count = count;
        out.spans = spans;
        out.columns = columns;
        status = host->append(host->context, &out);
        if (status == COPYDESK_STATUS_OK) {
            const struct CopydeskColumn frozen = made("frozen", COPYDESK_KIND_REF, 1, back, 4 * rows);
            status = host->extend(host->context, sentences->layer, &frozen);
        }
    } else {
        fail(host, "no memory");
    }
end:
    free(spans);
    free(numbers);
    free(floats);
    free(first);
    return status;
}

static CopydeskStatus annotate_batch(const void *instance, const struct CopydeskDoc *const *docs,
                                     const struct CopydeskHost *const *hosts, CopydeskStatus *statuses, size_t count) {
    size_t at;
    for (at = 0; at < count; at++) {
        statuses[at] = annotate(instance, docs[at], hosts[at]);
    }
    return COPYDESK_STATUS_OK;
}

static const struct CopydeskAnnotateBatch BATCH = { sizeof(struct CopydeskAnnotateBatch), 0, annotate_batch };

static const void *get_extension(struct CopydeskStr id) {
    return equal(id, COPYDESK_EXTENSION_ANNOTATE_BATCH) ? &BATCH : NULL;
}

static const struct CopydeskDescriptor DESCRIPTOR = {
    sizeof(struct CopydeskDescriptor), 0, TEXT("frozen_1_0"), TEXT("1.0.0"), TEXT(MANIFEST),
    create, annotate, destroy, get_extension };
static const struct CopydeskDescriptor *const DESCRIPTORS[] = { &DESCRIPTOR };
const struct CopydeskEntry copydesk_plugin = { COPYDESK_PREFIX(COPYDESK_PANIC_NONE, 1), DESCRIPTORS };
