//! The expansion of [`crate::export_plugin!`]: C functions around an [`Annotator`], each of which catches panics. It is
//! not part of the public interface.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::c_void;
use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Once;

use copydesk_abi as abi;
use copydesk_abi::{STATUS_CANCELLED, STATUS_ERROR, STATUS_OK, STATUS_PANICKED, Status, Str};

use crate::{Annotator, Document, Error, Output};

/// The prefix of a library built with this SDK.
#[must_use]
pub const fn prefix(descriptors: usize, panic_strategy: u8) -> abi::Prefix {
    abi::Prefix {
        magic: abi::MAGIC,
        abi_major: abi::ABI_MAJOR,
        abi_minor: abi::ABI_MINOR,
        pointer_width: usize::BITS as u8,
        endianness: abi::native_endianness(),
        panic_strategy,
        reserved: 0,
        layout_hash: abi::LAYOUT_HASH,
        descriptor_count: descriptors as u32,
        reserved2: 0,
    }
}

/// The descriptor of an annotator.
#[must_use]
pub const fn descriptor<A: Annotator>() -> abi::Descriptor {
    abi::Descriptor {
        size: size_of::<abi::Descriptor>() as u32,
        reserved: 0,
        id: Str::new(A::ID),
        version: Str::new(A::VERSION),
        manifest: Str::new(A::MANIFEST),
        create: create::<A>,
        annotate: annotate::<A>,
        destroy: destroy::<A>,
        get_extension: get_extension::<A>,
    }
}

fn panic_message(payload: &(dyn Any + Send)) -> &str {
    payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message")
}

/// Tells the host why a call failed.
fn fail(host: NonNull<abi::Host>, message: &str) {
    // SAFETY: the host is valid for the call that runs.
    unsafe {
        let host = host.as_ref();
        (host.fail)(host.context, Str::new(message));
    }
}

thread_local! {
    /// True while a call of the contract runs on this thread.
    static GUARDED: Cell<bool> = const { Cell::new(false) };
    /// The place of the last guarded panic.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Keeps panics of guarded calls off standard error, since the host reports them, and notes their place. Other panics
/// go to the previous hook.
fn install_hook() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if GUARDED.with(Cell::get) {
                let place = info.location().map(|place| format!(" ({}:{})", place.file(), place.line()));
                PLACE.with(|last| last.replace(place.unwrap_or_default()));
            } else {
                before(info);
            }
        }));
    });
}

/// Runs `work` and catches its panic as a message that names the place.
fn caught<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    install_hook();
    let outer = GUARDED.with(|guarded| guarded.replace(true));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    GUARDED.with(|guarded| guarded.set(outer));
    outcome.map_err(|payload| format!("{}{}", panic_message(payload.as_ref()), PLACE.with(RefCell::take)))
}

/// Runs `work`, and turns its error or panic into a status and a message to the host.
fn guarded(host: NonNull<abi::Host>, work: impl FnOnce() -> Result<(), Error>) -> Status {
    match caught(work) {
        Ok(outcome) => report(host, outcome),
        Err(message) => {
            fail(host, &message);
            STATUS_PANICKED
        }
    }
}

fn report(host: NonNull<abi::Host>, outcome: Result<(), Error>) -> Status {
    match outcome {
        Ok(()) => STATUS_OK,
        Err(error) if error.is_cancelled() => STATUS_CANCELLED,
        Err(error) => {
            fail(host, &error.to_string());
            STATUS_ERROR
        }
    }
}

unsafe extern "C" fn create<A: Annotator>(config: Str, host: *const abi::Host, instance: *mut *mut c_void) -> Status {
    let Some(host) = NonNull::new(host.cast_mut()) else { return STATUS_ERROR };
    guarded(host, || {
        // SAFETY: the host lends the bytes of the configuration for this call.
        let bytes = unsafe { std::slice::from_raw_parts(config.ptr, config.len) };
        let config = serde_json::from_slice(bytes).map_err(|error| Error::new(format!("configuration: {error}")))?;
        let made = Box::new(A::create(config)?);
        // SAFETY: `instance` points to a place for one pointer.
        unsafe { *instance = Box::into_raw(made).cast() };
        Ok(())
    })
}

unsafe extern "C" fn annotate<A: Annotator>(
    instance: *const c_void,
    doc: *const abi::Doc,
    host: *const abi::Host,
) -> Status {
    let Some(host) = NonNull::new(host.cast_mut()) else { return STATUS_ERROR };
    guarded(host, || {
        // SAFETY: `instance` came from `create::<A>`; `doc` and `host` are valid for this call.
        let (annotator, document) = unsafe { (&*instance.cast::<A>(), Document::from_abi(doc)) };
        // SAFETY: as above.
        let mut output = unsafe { Output::from_abi(host, document) };
        annotator.annotate(&document, &mut output)
    })
}

unsafe extern "C" fn annotate_batch<A: Annotator>(
    instance: *const c_void,
    docs: *const *const abi::Doc,
    hosts: *const *const abi::Host,
    statuses: *mut Status,
    count: usize,
) -> Status {
    let outcome = caught(|| {
        // SAFETY: the host lends `count` valid documents, hosts and places for statuses; `instance` came
        // from `create::<A>`.
        let (annotator, documents, mut outputs, statuses) = unsafe {
            let docs = std::slice::from_raw_parts(docs, count);
            let hosts = std::slice::from_raw_parts(hosts, count);
            let documents: Vec<Document<'_>> = docs.iter().map(|doc| Document::from_abi(*doc)).collect();
            let outputs: Vec<Output<'_>> = hosts
                .iter()
                .zip(&documents)
                .filter_map(|(host, document)| Some(Output::from_abi(NonNull::new(host.cast_mut())?, *document)))
                .collect();
            (&*instance.cast::<A>(), documents, outputs, std::slice::from_raw_parts_mut(statuses, count))
        };
        let outcomes = annotator.annotate_batch(&documents, &mut outputs);
        if outcomes.len() != count {
            // The results cannot be matched with documents.
            return Err(format!("annotate_batch gave {} results for {count} documents", outcomes.len()));
        }
        for (i, (status, outcome)) in statuses.iter_mut().zip(outcomes).enumerate() {
            // SAFETY: as above.
            let host = unsafe { NonNull::new((*hosts.add(i)).cast_mut()) };
            *status = host.map_or(STATUS_ERROR, |host| report(host, outcome));
        }
        Ok(())
    });
    let (whole, message) = match outcome {
        Ok(Ok(())) => return STATUS_OK,
        Ok(Err(message)) => (STATUS_ERROR, message),
        Err(message) => (STATUS_PANICKED, message),
    };
    for i in 0..count {
        // SAFETY: as above.
        unsafe {
            if let Some(host) = NonNull::new((*hosts.add(i)).cast_mut()) {
                fail(host, &message);
            }
            *statuses.add(i) = whole;
        }
    }
    whole
}

unsafe extern "C" fn destroy<A: Annotator>(instance: *mut c_void) {
    // A panic in a destructor is dropped: there is no document to blame and nobody to tell.
    let _ = caught(|| {
        // SAFETY: `instance` came from `create::<A>` and is destroyed once.
        drop(unsafe { Box::from_raw(instance.cast::<A>()) });
    });
}

struct BatchOf<A>(std::marker::PhantomData<A>);

impl<A: Annotator> BatchOf<A> {
    const TABLE: &'static abi::AnnotateBatch = &abi::AnnotateBatch {
        size: size_of::<abi::AnnotateBatch>() as u32,
        reserved: 0,
        annotate_batch: annotate_batch::<A>,
    };
}

unsafe extern "C" fn needs<A: Annotator>(instance: *const c_void, layer: Str) -> u32 {
    // A panic counts as a need: the stage fails anyway, and this way before the first document.
    caught(|| {
        // SAFETY: `instance` came from `create::<A>`; the host lends the bytes of the name for this call.
        let (annotator, layer) = unsafe { (&*instance.cast::<A>(), std::slice::from_raw_parts(layer.ptr, layer.len)) };
        std::str::from_utf8(layer).is_ok_and(|layer| annotator.needs(layer))
    })
    .map_or(1, u32::from)
}

struct NeedsOf<A>(std::marker::PhantomData<A>);

impl<A: Annotator> NeedsOf<A> {
    const TABLE: &'static abi::Needs =
        &abi::Needs { size: size_of::<abi::Needs>() as u32, reserved: 0, needs: needs::<A> };
}

unsafe extern "C" fn get_extension<A: Annotator>(id: Str) -> *const c_void {
    // SAFETY: the host lends the bytes of the name for this call.
    let id = unsafe { std::slice::from_raw_parts(id.ptr, id.len) };
    if id == abi::EXTENSION_NEEDS.as_bytes() {
        return std::ptr::from_ref(NeedsOf::<A>::TABLE).cast();
    }
    if A::BATCHES && id == abi::EXTENSION_ANNOTATE_BATCH.as_bytes() {
        std::ptr::from_ref(BatchOf::<A>::TABLE).cast()
    } else {
        std::ptr::null()
    }
}

/// Exports annotators as the plugins of this library. Use it once a crate.
///
/// It also makes `copydesk_entry()`, through which a host that links the crate finds the same plugins
/// as built-in ones.
#[macro_export]
macro_rules! export_plugin {
    ($($annotator:ty),+ $(,)?) => {
        // A name of its own for each crate: a shared `no_mangle` name would link silently and wrongly
        // where several plugins are built in.
        #[allow(unsafe_code, missing_docs)]
        #[unsafe(export_name = concat!("copydesk_plugin__", env!("CARGO_CRATE_NAME")))]
        pub static COPYDESK_ENTRY: $crate::abi::Entry = {
            static DESCRIPTORS: [&$crate::abi::Descriptor; [$(stringify!($annotator)),+].len()] =
                [$({
                    static DESCRIPTOR: $crate::abi::Descriptor = $crate::export::descriptor::<$annotator>();
                    &DESCRIPTOR
                }),+];
            let prefix = $crate::export::prefix(
                DESCRIPTORS.len(),
                if cfg!(panic = "abort") { $crate::abi::PANIC_ABORT } else { $crate::abi::PANIC_UNWIND },
            );
            // SAFETY: the prefix is computed in this build, and the descriptors are statics of this SDK.
            unsafe { $crate::abi::Entry::new(prefix, (&raw const DESCRIPTORS).cast()) }
        };

        /// The plugins of this crate, for a host that has them built in.
        #[must_use]
        pub fn copydesk_entry() -> &'static $crate::abi::Entry {
            &COPYDESK_ENTRY
        }
    };
}
