/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables behind event/source.h: how each source lays an event out, how it is
 * recognised, and from which of its values each ECS field is made.
 */
#ifndef NS_EVENT_SOURCE_TABLE_H
#define NS_EVENT_SOURCE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "event/source.h"

/* --- where things are --- */

/* What an event says of itself outside its data. */
enum ns_property {
    NS_NO_PROPERTY,
    NS_EVENT_ID,
    NS_CHANNEL,
    NS_PROVIDER,
    NS_COMPUTER,
    NS_TIME,     /* as it stands */
    NS_UTC_TIME, /* known to be UTC, perhaps without saying so */
    NS_ACTION,
    NS_OS_NAME,
    NS_PROPERTY_COUNT
};

enum { NS_MOST_PATHS = 4 };

/* An object in which the event's data stand by key. */
struct ns_data_place {
    const char *prefix; /* of the paths of its keys; NULL when there is none */
    /* The path of [{"@Name": key, "#text": value}, ...] at the same place, or NULL. */
    const char *pairs;
    /* The path of a string that is JSON text, in which the place is; NULL for the
     * document itself. */
    const char *text;
};

enum { NS_MOST_PLACES = 4 };

struct ns_layout {
    const char *name; /* of the source */
    uint32_t events;  /* the classes that it may hold, see below */
    const char *properties[NS_PROPERTY_COUNT][NS_MOST_PATHS]; /* tried in order */
    struct ns_data_place data[NS_MOST_PLACES];                /* likewise */
};

extern const struct ns_layout ns_layouts[NS_SOURCE_COUNT];

/* A document that has values at both paths (the second may be NULL) is of the source. */
struct ns_marker {
    netshare_source source;
    const char *paths[2];
};

extern const struct ns_marker ns_markers[]; /* the first that fits decides */
extern const size_t ns_marker_count;

/* --- what kind of event it is --- */

/* Classes of events, as bits. */
enum {
    NS_SYSMON_START = 1, /* 1, the only event that has the process's own data */
    NS_SYSMON = 2,       /* the others */
    NS_SECURITY_START = 4,
    NS_SECURITY_END = 8,
    NS_WINDOWS_OTHER = 16,
    NS_ENDGAME = 32
};

enum ns_log { NS_LOG_SYSMON, NS_LOG_SECURITY, NS_LOG_COUNT };

/* An event log, by its provider; by its channel when the provider is not told; by
 * a key in its data when neither is. */
struct ns_log_marks {
    const char *provider;
    const char *channel;
    const char *key;
    uint32_t other_class; /* of events that ns_log_events does not list */
};

extern const struct ns_log_marks ns_logs[NS_LOG_COUNT];

enum { NS_MOST_CONSTANTS = 3 };

struct ns_log_event {
    enum ns_log log;
    int id;
    uint32_t event_class;
    const char *categories[NS_MOST_CONSTANTS];
    const char *types[NS_MOST_CONSTANTS];
    const char *action;
};

extern const struct ns_log_event ns_log_events[];
extern const size_t ns_log_event_count;

/* --- what is made of it --- */

enum ns_transform {
    NS_COPY,
    NS_TO_TEXT,          /* numbers in decimal digits */
    NS_FILE_NAME,        /* of a path */
    NS_ARGUMENTS,        /* of a command line */
    NS_ARGUMENT_COUNT,
    NS_PROCESS_ID,       /* a number, also out of decimal or 0x digits */
    NS_HASH,             /* the one called `text` in ALGORITHM=HEX,..., lower case */
    NS_DOMAIN,           /* before the backslash of DOMAIN\name */
    NS_USER,             /* behind it */
    NS_FROM_UTC,         /* a date and a time of day in UTC */
    NS_FROM_FILETIME,    /* 100 ns since 1601 */
    NS_MAPPED,           /* through `map`, in any case */
    NS_IF_WINDOWS_PATH,  /* `text`, when the value is a path of Windows */
    /* Those that need no value of the event. */
    NS_CONSTANT,         /* `text` */
    NS_EVENT_CATEGORIES, /* of ns_log_events */
    NS_EVENT_TYPES,
    NS_EVENT_ACTION
};

struct ns_mapping {
    const char *from;
    const char *to;
};

enum {
    /* The transform is for the document's own values of the field, too. */
    NS_KEYWORD = 1,
    /* Goes before the document's own values, which are not what ECS means. */
    NS_REPLACES = 2
};

enum { NS_MOST_KEYS = 3 };

/*
 * How a field is made in events of some classes: out of a property, or out of the
 * data at a key. The first path or key with a value is taken. A field may have
 * several derivations; the first that gives a value counts.
 */
struct ns_derivation {
    const char *field;
    uint32_t events;
    enum ns_transform transform;
    enum ns_property property;
    const char *keys[NS_MOST_KEYS];
    const char *text;
    const struct ns_mapping *map; /* ends with {NULL, NULL} */
    uint32_t sources; /* bits of netshare_source; 0 for all */
    uint32_t flags;
};

extern const struct ns_derivation ns_derivations[];
extern const size_t ns_derivation_count;

/* For `winlog.event_data.KEY`: the data at KEY. */
extern const struct ns_derivation ns_event_data;
#define NS_EVENT_DATA_PREFIX "winlog.event_data."

#endif
