/* The contract between Copydesk and its plugins, ABI 1.1.
 * Generated from crates/abi by a test: do not edit. See docs/plugins.md. */

#ifndef COPYDESK_H
#define COPYDESK_H

#include <stdint.h>
#include <stddef.h>

/*
 Major version of the contract: another major is never loaded.
 */
#define COPYDESK_ABI_MAJOR 1

/*
 Minor version of the contract. A host loads plugins of its own minor version and of older ones.
 */
#define COPYDESK_ABI_MINOR 1

/*
 [`Prefix::endianness`] of a little-endian library.
 */
#define COPYDESK_ENDIAN_LITTLE 1

/*
 [`Prefix::endianness`] of a big-endian library.
 */
#define COPYDESK_ENDIAN_BIG 2

/*
 [`Prefix::panic_strategy`]: the library unwinds, and catches panics before they reach the host.
 */
#define COPYDESK_PANIC_UNWIND 1

/*
 [`Prefix::panic_strategy`]: a panic ends the process. Such a library is refused.
 */
#define COPYDESK_PANIC_ABORT 2

/*
 [`Prefix::panic_strategy`]: the library's language has no panics, as C.
 */
#define COPYDESK_PANIC_NONE 3

/*
 [`Column::kind`]: `data` holds one `uint32_t` a row.
 */
#define COPYDESK_KIND_U32 1

/*
 [`Column::kind`]: `data` holds `width` `float` values a row.
 */
#define COPYDESK_KIND_F32 2

/*
 [`Column::kind`]: `data` holds the bytes of all strings, and `offsets` the beginning of each.
 */
#define COPYDESK_KIND_STRING 3

/*
 [`Column::kind`]: `data` holds one `uint32_t` a row, the number of a row of another layer or [`NONE`].
 */
#define COPYDESK_KIND_REF 4

/*
 [`Column::kind`], since version 1.1: `data` holds `width` half floats a row, each the bits of an IEEE 754 binary16
 as a `uint16_t`. A plugin meets it only if its own manifest says `f16`.
 */
#define COPYDESK_KIND_F16 5

/*
 A reference to no row.
 */
#define COPYDESK_NONE UINT32_MAX

/*
 The outcome of a call. Values other than those named here are errors.
 */
typedef uint32_t CopydeskStatus;

/*
 The part of an entry that is frozen for ever, in all versions: 32 bytes.

 The host reads it from the file. It alone decides if the library can run, before any code of the plugin does.
 */
struct CopydeskPrefix {
  /*
   [`MAGIC`].
   */
  uint8_t magic[8];
  /*
   [`crate::ABI_MAJOR`] of the contract the library was built against.
   */
  uint16_t abi_major;
  /*
   [`crate::ABI_MINOR`] of the contract the library was built against.
   */
  uint16_t abi_minor;
  /*
   Width of a pointer in bits.
   */
  uint8_t pointer_width;
  /*
   [`ENDIAN_LITTLE`] or [`ENDIAN_BIG`].
   */
  uint8_t endianness;
  /*
   [`PANIC_UNWIND`], [`PANIC_ABORT`] or [`PANIC_NONE`].
   */
  uint8_t panic_strategy;
  /*
   Zero.
   */
  uint8_t reserved;
  /*
   [`crate::LAYOUT_HASH`] as the library's compiler computed it.
   */
  uint64_t layout_hash;
  /*
   How many pointers [`Entry::descriptors`] holds; at least one.
   */
  uint32_t descriptor_count;
  /*
   Zero.
   */
  uint32_t reserved2;
};

/*
 A borrowed UTF-8 string.
 */
struct CopydeskStr {
  /*
   First byte. Not null, but it may dangle if `len` is zero.
   */
  const uint8_t *ptr;
  /*
   Length in bytes.
   */
  size_t len;
};

/*
 Bytes `start..end` of a document's UTF-8 text, half open.

 Both ends lie on character boundaries and `start <= end`; the host checks this for every
 span a plugin hands over. Texts are at most `u32::MAX - 1` bytes long.
 */
struct CopydeskSpan {
  /*
   First byte of the span.
   */
  uint32_t start;
  /*
   One past the last byte of the span.
   */
  uint32_t end;
};

/*
 One typed column of a table. Its number of rows is the table's.
 */
struct CopydeskColumn {
  /*
   The column's name.
   */
  struct CopydeskStr name;
  /*
   [`KIND_U32`], [`KIND_F32`], [`KIND_STRING`], [`KIND_REF`] or [`KIND_F16`].
   */
  uint32_t kind;
  /*
   Values a row for [`KIND_F32`] and [`KIND_F16`], otherwise 1.
   */
  uint32_t width;
  /*
   The values, aligned for their type.
   */
  const void *data;
  /*
   Bytes behind `data`.
   */
  size_t data_len;
  /*
   For [`KIND_STRING`]: rows + 1 ascending byte positions in `data`, the first 0, the last `data_len`.
   Null for the other kinds.
   */
  const uint32_t *offsets;
};

/*
 Rows of a layer: a span each, and columns.
 */
struct CopydeskTable {
  /*
   `size_of::<Table>()`.
   */
  uint32_t size;
  /*
   Number of `columns`.
   */
  uint32_t column_count;
  /*
   The layer's name.
   */
  struct CopydeskStr layer;
  /*
   Number of rows.
   */
  size_t row_count;
  /*
   `row_count` spans.
   */
  const struct CopydeskSpan *spans;
  /*
   `column_count` columns.
   */
  const struct CopydeskColumn *columns;
};

/*
 The host's functions. A plugin calls them only during the call that brought the pointer, and only
 on the thread of that call.
 */
struct CopydeskHost {
  /*
   `size_of::<Host>()`.
   */
  uint32_t size;
  /*
   The host's [`crate::ABI_MINOR`].
   */
  uint32_t abi_minor;
  /*
   To be passed back to every function of this table.
   */
  void *context;
  /*
   Says why the running call is about to fail. The last message counts.
   */
  void (*fail)(void *context, struct CopydeskStr message);
  /*
   Other than zero once the run was cancelled: return [`STATUS_CANCELLED`] soon.
   */
  uint32_t (*is_cancelled)(void *context);
  /*
   Stages rows for a layer that the manifest `writes` or `appends` to. The values are copied. Row numbers continue
   those of the layer. If rows are appended to another stage's layer, they are sorted in afterwards, and references
   follow them. If the rows break the layer's rules, it fails and reports the reason by itself. Not during
   `create`.
   */
  CopydeskStatus (*append)(void *context, const struct CopydeskTable *rows);
  /*
   Stages one more column, a value for each row of `layer`, which the manifest `extends`. The
   values are copied. Not during `create`.
   */
  CopydeskStatus (*extend)(void *context, struct CopydeskStr layer, const struct CopydeskColumn *column);
};

/*
 A document as a plugin sees it: its text, and the tables of the layers its manifest reads.
 */
struct CopydeskDoc {
  /*
   `size_of::<Doc>()`.
   */
  uint32_t size;
  /*
   Number of `tables`.
   */
  uint32_t table_count;
  /*
   The document's id, for messages.
   */
  struct CopydeskStr id;
  /*
   The text: valid UTF-8, shorter than 4 GiB. It may contain NUL.
   */
  struct CopydeskStr text;
  /*
   Pointers to `table_count` tables, in the order of the manifest's `reads`; a layer that is marked
   optional and absent has no table.
   */
  const struct CopydeskTable *const *tables;
};

/*
 One plugin of a library: its id, its manifest and its functions.
 */
struct CopydeskDescriptor {
  /*
   `size_of::<Descriptor>()` as the library's compiler saw it.
   */
  uint32_t size;
  /*
   Zero.
   */
  uint32_t reserved;
  /*
   The plugin's id: `[a-z][a-z0-9_]*`, unique among the plugins of a run.
   */
  struct CopydeskStr id;
  /*
   The plugin's own version, by semantic versioning.
   */
  struct CopydeskStr version;
  /*
   JSON: description, configuration schema, and the layers it reads, writes, appends to and
   extends.
   */
  struct CopydeskStr manifest;
  /*
   Makes an instance from `config` (a JSON object that fits the manifest's schema, defaults filled
   in) and stores it in `*instance`. On failure it calls `host.fail` and returns another status
   than OK; `*instance` is then not used. Called once a stage, on one thread.
   */
  CopydeskStatus (*create)(struct CopydeskStr config, const struct CopydeskHost *host, void **instance);
  /*
   Annotates one document: reads the tables of `doc`, hands rows to `host.append` and columns to `host.extend`.
   Many threads call it at once on one instance. The result must depend on the document and the configuration
   alone.
   */
  CopydeskStatus (*annotate)(const void *instance,
                             const struct CopydeskDoc *doc,
                             const struct CopydeskHost *host);
  /*
   Frees an instance. Called once, when no other call on it runs.
   */
  void (*destroy)(void *instance);
  /*
   The extension named `id`, valid for the life of the process, or null. Callable from any
   thread.
   */
  const void *(*get_extension)(struct CopydeskStr id);
};

/*
 The one static a plugin library exports.
 */
struct CopydeskEntry {
  /*
   See [`Prefix`].
   */
  struct CopydeskPrefix prefix;
  /*
   `prefix.descriptor_count` pointers to descriptors, valid for the life of the process.
   */
  const struct CopydeskDescriptor *const *descriptors;
};

/*
 Extension [`EXTENSION_ANNOTATE_BATCH`]: several documents in one call.
 */
struct CopydeskAnnotateBatch {
  /*
   `size_of::<AnnotateBatch>()`.
   */
  uint32_t size;
  /*
   Zero.
   */
  uint32_t reserved;
  /*
   Annotates `count` documents, at least one. `hosts[i]` belongs to `docs[i]`, and the outcome of each goes to
   `statuses[i]`. The result must equal that of single `annotate` calls, apart from float rounding. Many threads
   call it at once on one instance. Returns OK unless the batch as a whole failed. If it failed, the host keeps
   nothing of it and calls `annotate` for each document.
   */
  CopydeskStatus (*annotate_batch)(const void *instance,
                                   const struct CopydeskDoc *const *docs,
                                   const struct CopydeskHost *const *hosts,
                                   CopydeskStatus *statuses,
                                   size_t count);
};

/*
 Extension [`EXTENSION_NEEDS`]: tells which of the layers that the manifest marks optional concern an instance, for
 example because its model reads one of them.
 */
struct CopydeskNeeds {
  /*
   `size_of::<Needs>()`.
   */
  uint32_t size;
  /*
   Zero.
   */
  uint32_t reserved;
  /*
   Returns one or zero. One for a layer that the manifest `reads` means that this instance needs it. One for a
   layer that the manifest `writes`, since version 1.1, means that it makes it. The host asks before the first
   document, on any thread.
   */
  uint32_t (*needs)(const void *instance, struct CopydeskStr layer);
};

/*
 The call succeeded.
 */
#define COPYDESK_STATUS_OK 0

/*
 The call failed; `Host::fail` was told why.
 */
#define COPYDESK_STATUS_ERROR 1

/*
 The call stopped because `Host::is_cancelled` said so.
 */
#define COPYDESK_STATUS_CANCELLED 2

/*
 The plugin panicked; `Host::fail` was given the message.
 */
#define COPYDESK_STATUS_PANICKED 3

#endif  /* COPYDESK_H */


/* Sizes and offsets of every struct above, on 64-bit machines. */
#define COPYDESK_LAYOUT_HASH UINT64_C(0x11ff97149bf64cab)

/* Name of the extension whose table is CopydeskAnnotateBatch. */
#define COPYDESK_EXTENSION_ANNOTATE_BATCH "copydesk.annotate_batch/1"

/* Name of the extension whose table is CopydeskNeeds. */
#define COPYDESK_EXTENSION_NEEDS "copydesk.needs/1"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define COPYDESK_ENDIANNESS COPYDESK_ENDIAN_BIG
#else
#define COPYDESK_ENDIANNESS COPYDESK_ENDIAN_LITTLE
#endif

/* The prefix of an entry with `count` descriptors: COPYDESK_PREFIX(COPYDESK_PANIC_NONE, 1). */
#define COPYDESK_PREFIX(panic_strategy, count) \
    { { 'C', 'O', 'P', 'Y', 'D', 'E', 'S', 'K' }, COPYDESK_ABI_MAJOR, COPYDESK_ABI_MINOR, 8 * sizeof(void *), \
      COPYDESK_ENDIANNESS, (panic_strategy), 0, COPYDESK_LAYOUT_HASH, (count), 0 }

/* Makes a symbol visible outside the library, whatever the compiler's flags. */
#if defined(_WIN32)
#define COPYDESK_EXPORT __declspec(dllexport)
#elif defined(__GNUC__)
#define COPYDESK_EXPORT __attribute__((visibility("default")))
#else
#define COPYDESK_EXPORT
#endif

/* What a plugin defines: its one exported symbol. Declared here since C++ would keep a constant to its file. */
#ifdef __cplusplus
extern "C" {
#endif
extern COPYDESK_EXPORT const struct CopydeskEntry copydesk_plugin;
#ifdef __cplusplus
}
#endif
