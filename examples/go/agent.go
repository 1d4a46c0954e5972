// SPDX-License-Identifier: Apache-2.0

// libnetshare in Go, events as JSON:
//
//	CGO_CFLAGS=$(pkg-config --cflags netshare) CGO_LDFLAGS=$(pkg-config --libs netshare) \
//	    go build agent.go
package main

/*
#include <netshare/netshare.h>
#include <stdlib.h>
*/
import "C"

import (
	"encoding/json"
	"fmt"
	"os"
	"unsafe"
)

func main() {
	var failure C.netshare_error
	matcher := C.netshare_matcher_new(&failure) // one for all goroutines
	if matcher == nil {
		fmt.Fprintln(os.Stderr, C.GoString(&failure.message[0]))
		os.Exit(2)
	}
	defer C.netshare_matcher_unref(matcher)
	scratch := C.netshare_scratch_new(matcher, nil) // one for each
	defer C.netshare_scratch_free(scratch)
	event := C.netshare_event_new(matcher, nil)
	defer C.netshare_event_free(event)

	for _, args := range [][]string{{"net", "use", `\\server\c$`}, {"net", "view"}} {
		text, _ := json.Marshal(map[string]any{
			"event.category": "process", "event.type": "start", "host.os.type": "windows",
			"process.name": "net.exe", "process.args": args})
		document := (*C.char)(C.CBytes(text)) // the event keeps pointing into it
		var result C.netshare_result
		status := C.netshare_match_json(matcher, scratch, event, document,
			C.size_t(len(text)), C.NETSHARE_DETAIL_RULES, &result, &failure)
		if status != C.NETSHARE_OK {
			fmt.Fprintln(os.Stderr, C.GoString(C.netshare_status_string(status)))
		}
		rules := unsafe.Slice(result.rules, result.match_count)
		for _, rule := range rules {
			fmt.Println(C.GoString(C.netshare_rule_string(rule, C.NETSHARE_RULE_NAME)))
		}
		if len(rules) == 0 {
			fmt.Println("no match")
		}
		C.free(unsafe.Pointer(document))
	}
}
