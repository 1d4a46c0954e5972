#!/bin/bash -eu
# SPDX-License-Identifier: Apache-2.0
# Run by OSS-Fuzz, which sets CC, CFLAGS, LIB_FUZZING_ENGINE, SRC, WORK and OUT. What the
# programs need beside them is linked statically: they run in an image without it.
cd "$SRC/libnetshare"
static=$WORK/static
mkdir -p "$static"
for library in json-c utf8proc; do
    cp "$(pkg-config --variable=libdir "$(pkg-config --exists $library && echo $library ||
        echo lib$library)")/lib$library.a" "$static/"
done
LIBRARY_PATH=$static LDFLAGS="${LDFLAGS:-} -L$static" meson setup "$WORK/build" \
    -Dfuzzing=oss-fuzz -Dtests=disabled -Dtools=disabled -Dharden=false \
    -Dprefer_static=true -Db_lundef=false -Dbuildtype=plain
ninja -C "$WORK/build"
for program in "$WORK"/build/fuzz/fuzz_*; do
    [ -f "$program" ] && [ -x "$program" ] || continue
    target=$(basename "$program")
    name=${target#fuzz_}
    cp "$program" "$OUT/"
    (cd "fuzz/corpus/$name" && zip -q "$OUT/${target}_seed_corpus.zip" ./*)
    [ ! -e "fuzz/$name.dict" ] || cp "fuzz/$name.dict" "$OUT/$target.dict"
done
