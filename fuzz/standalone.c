/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzz target without a fuzzer: on each file named, on every file of each folder
 * named, and on standard input when nothing is named (as AFL++ does it). */
#include <dirent.h>

#include "input.h"

static size_t inputs;

static void run_file(FILE *file)
{
    size_t size = 0, room = 1 << 16;
    uint8_t *data = fuzz_block(room);
    for (size_t got; (got = fread(data + size, 1, room - size, file)) > 0;) {
        size += got;
        if (size == room)
            data = fuzz_memory(realloc(data, room *= 2));
    }
    uint8_t *exact = fuzz_block(size);
    memcpy(exact, data, size);
    free(data);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    inputs++;
}

static bool run_path(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        return false;
    }
    run_file(file);
    fclose(file);
    return true;
}

static bool run_folder(DIR *folder, const char *path)
{
    bool is_well = true;
    for (struct dirent *entry; (entry = readdir(folder));) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        is_well = run_path(name) && is_well;
    }
    closedir(folder);
    return is_well;
}

int main(int argc, char **argv)
{
    bool is_well = true;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        is_well = (folder ? run_folder(folder, argv[i]) : run_path(argv[i])) && is_well;
    }
    if (argc == 1)
        run_file(stdin);
    printf("%zu inputs\n", inputs);
    return is_well && inputs > 0 ? 0 : 1;
}
