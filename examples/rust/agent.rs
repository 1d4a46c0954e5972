// SPDX-License-Identifier: Apache-2.0
// libnetshare in Rust, without bindgen: rustc agent.rs -L /usr/lib/x86_64-linux-gnu
use std::ffi::{c_char, c_int, c_void, CStr};
use std::ptr::null_mut;

#[repr(C)]
struct Value { kind: c_int, data: *const u8, length: usize } // as strings use it
#[repr(C)]
struct Accessor { size: usize,
                  get: extern "C" fn(*mut c_void, usize, usize, *mut Value) -> bool }
#[repr(C)]
struct Found { matched: bool, count: usize, rules: *const *const c_void }

#[link(name = "netshare")]
extern "C" {
    fn netshare_matcher_new(error: *mut c_void) -> *mut c_void;
    fn netshare_matcher_unref(matcher: *mut c_void);
    fn netshare_matcher_field_count(matcher: *const c_void) -> usize;
    fn netshare_matcher_field_name(matcher: *const c_void, field: usize) -> *const c_char;
    fn netshare_scratch_new(matcher: *const c_void, error: *mut c_void) -> *mut c_void;
    fn netshare_scratch_free(scratch: *mut c_void);
    fn netshare_match(matcher: *const c_void, scratch: *mut c_void, accessor: *const Accessor,
                      event: *mut c_void, detail: c_int, result: *mut Found) -> c_int;
    fn netshare_rule_string(rule: *const c_void, key: c_int) -> *const c_char;
}

const UTF8: c_int = 4; // NETSHARE_VALUE_UTF8
const DETAIL_RULES: c_int = 1; // NETSHARE_DETAIL_RULES, and NETSHARE_RULE_NAME below

type Event<'a> = Vec<Vec<&'a str>>; // values by the matcher's field index

extern "C" fn get(event: *mut c_void, field: usize, index: usize, value: *mut Value) -> bool {
    let event = unsafe { &*(event as *const Event) };
    let Some(text) = event[field].get(index) else { return false };
    unsafe { *value = Value { kind: UTF8, data: text.as_ptr(), length: text.len() } };
    true
}

fn main() {
    unsafe {
        let matcher = netshare_matcher_new(null_mut());
        let scratch = netshare_scratch_new(matcher, null_mut());
        let accessor = Accessor { size: std::mem::size_of::<Accessor>(), get };
        for args in [vec!["net", "use", r"\\server\c$"], vec!["net", "view"]] {
            let values = |name: &str| match name {
                "event.category" => vec!["process"], "event.type" => vec!["start"],
                "host.os.type" => vec!["windows"], "process.name" => vec!["net.exe"],
                "process.args" => args.clone(), _ => vec![] };
            let mut event: Event = (0..netshare_matcher_field_count(matcher)).map(|field|
                values(CStr::from_ptr(netshare_matcher_field_name(matcher, field)).to_str().unwrap())
            ).collect();
            let mut found = Found { matched: false, count: 0, rules: null_mut() };
            netshare_match(matcher, scratch, &accessor, &mut event as *mut Event as *mut c_void,
                           DETAIL_RULES, &mut found);
            println!("{}", if found.matched { CStr::from_ptr(
                netshare_rule_string(*found.rules, 1)).to_str().unwrap() } else { "no match" });
        }
        netshare_scratch_free(scratch); netshare_matcher_unref(matcher);
    }
}
