/* Why this exists: a QEMU plugin that counts how often each instruction between two functions is executed, exactly.

   Arguments: begin=ADDRESS,end=ADDRESS,out=FILE,regions=N. Counting starts with the instruction at `begin` and stops
   before the one at `end`; each such pair is one region. After N regions (0: never) the program is stopped. Lines of
   the output:
     I <region> <address> <size> <executed>     an instruction
     T <region> <address> <times>               it ended a block and the next one was not the one behind it
   Code is looked for in the 4 MiB around `begin`; instructions executed elsewhere are counted in a line
     X <region> <executed> */
#include "qemu_plugin_api.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WINDOW (4u << 20)
#define SLOTS (WINDOW / 2) /* instructions start at even addresses */
#define EXPORT __attribute__((visibility("default")))

#ifndef PLUGIN_VERSION
#error "compile with -DPLUGIN_VERSION=1 for QEMU before 9, 2 from 9 on"
#endif
EXPORT int qemu_plugin_version = PLUGIN_VERSION;

/* A block of straight code: its first address, its last instruction, and the address behind it. */
struct block {
    uint64_t start, last, behind;
};

static uint64_t executed[SLOTS], taken[SLOTS], outside;
static uint8_t size_of[SLOTS];
static uint64_t begin, end, base;
static const struct block *previous;
static int region, regions, counting;
static FILE *out;

static int in_window(uint64_t address) { return address - base < WINDOW; }

static void on_instruction(unsigned cpu, void *user) {
    (void)cpu;
    uint64_t address = (uintptr_t)user;
    if (!counting)
        return;
    if (in_window(address))
        executed[(address - base) / 2]++;
    else
        outside++;
}

static void on_begin(unsigned cpu, void *user) {
    (void)cpu, (void)user;
    memset(executed, 0, sizeof executed);
    memset(taken, 0, sizeof taken);
    outside = 0;
    counting = 1;
}

static void on_end(unsigned cpu, void *user) {
    (void)cpu, (void)user;
    if (!counting)
        return;
    counting = 0;
    for (uint64_t i = 0; i < SLOTS; i++) {
        if (executed[i])
            fprintf(out, "I %d %" PRIx64 " %u %" PRIu64 "\n", region, base + 2 * i, size_of[i], executed[i]);
        if (taken[i])
            fprintf(out, "T %d %" PRIx64 " %" PRIu64 "\n", region, base + 2 * i, taken[i]);
    }
    if (outside)
        fprintf(out, "X %d %" PRIu64 "\n", region, outside);
    region++;
    if (region == regions) {
        fclose(out);
        /* At once: the handlers that `exit` runs wait for the processor, which is waiting for this function. */
        _exit(0);
    }
}

static void on_block(unsigned cpu, void *user) {
    (void)cpu;
    const struct block *block = user;
    if (counting && previous && previous->behind != block->start && in_window(previous->last))
        taken[(previous->last - base) / 2]++;
    previous = block;
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb) {
    (void)id;
    size_t count = qemu_plugin_tb_n_insns(tb);
    const struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(tb, count - 1);
    /* Never freed: a block that QEMU has thrown away may still be `previous`. */
    struct block *block = malloc(sizeof *block);
    if (!block)
        abort();
    block->start = qemu_plugin_tb_vaddr(tb);
    block->last = qemu_plugin_insn_vaddr(last);
    block->behind = block->last + qemu_plugin_insn_size(last);
    qemu_plugin_register_vcpu_tb_exec_cb(tb, on_block, 0, block);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
        uint64_t address = qemu_plugin_insn_vaddr(insn);
        if (address == begin)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_begin, 0, NULL);
        if (address == end)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, on_end, 0, NULL);
        if (in_window(address))
            size_of[(address - base) / 2] = (uint8_t)qemu_plugin_insn_size(insn);
        qemu_plugin_register_vcpu_insn_exec_cb(insn, on_instruction, 0, (void *)(uintptr_t)address);
    }
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *user) {
    (void)id, (void)user;
    fclose(out);
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv) {
    (void)info;
    for (int i = 0; i < argc; i++) {
        if (!strncmp(argv[i], "begin=", 6))
            begin = strtoull(argv[i] + 6, NULL, 0);
        else if (!strncmp(argv[i], "end=", 4))
            end = strtoull(argv[i] + 4, NULL, 0);
        else if (!strncmp(argv[i], "regions=", 8))
            regions = atoi(argv[i] + 8);
        else if (!strncmp(argv[i], "out=", 4))
            out = fopen(argv[i] + 4, "w");
    }
    if (!out)
        return 1;
    base = begin - begin % WINDOW;
    qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
    qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
    return 0;
}
