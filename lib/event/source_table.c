/* SPDX-License-Identifier: Apache-2.0 */
#include "event/source_table.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
#define BIT(source) (UINT32_C(1) << (source))

enum {
    SYSMON = NS_SYSMON_START | NS_SYSMON,
    SECURITY = NS_SECURITY_START | NS_SECURITY_END,
    LOG_EVENT = SYSMON | SECURITY,
    WINDOWS = LOG_EVENT | NS_WINDOWS_OTHER,
    ENDGAME = NS_ENDGAME
};

const struct ns_layout ns_layouts[NS_SOURCE_COUNT] = {
    [NETSHARE_SOURCE_AUTOMATIC] = {.name = "automatic"},
    [NETSHARE_SOURCE_ECS] = {.name = "ecs"},
    [NETSHARE_SOURCE_WINLOG] =
        {.name = "winlog",
         .events = WINDOWS,
         .properties = {[NS_EVENT_ID] = {"winlog.event_id", "event.code"},
                        [NS_CHANNEL] = {"winlog.channel"},
                        [NS_PROVIDER] = {"winlog.provider_name", "event.provider"},
                        [NS_COMPUTER] = {"winlog.computer_name"},
                        [NS_TIME] = {"winlog.time_created"}},
         .data = {{.prefix = "winlog.event_data."}}},
    [NETSHARE_SOURCE_WINLOGBEAT_6] =
        {.name = "winlogbeat6",
         .events = WINDOWS,
         .properties = {[NS_EVENT_ID] = {"event_id"},
                        [NS_CHANNEL] = {"log_name"},
                        [NS_PROVIDER] = {"source_name"},
                        [NS_COMPUTER] = {"computer_name"}},
         .data = {{.prefix = "event_data."}}},
    [NETSHARE_SOURCE_EVTX] =
        {.name = "evtx",
         .events = WINDOWS,
         .properties = {[NS_EVENT_ID] = {"Event.System.EventID", "Event.System.EventID.#text"},
                        [NS_CHANNEL] = {"Event.System.Channel"},
                        [NS_PROVIDER] = {"Event.System.Provider.#attributes.Name",
                                         "Event.System.Provider_attributes.Name",
                                         "Event.System.Provider.@Name"},
                        [NS_COMPUTER] = {"Event.System.Computer"},
                        [NS_UTC_TIME] = {"Event.System.TimeCreated.#attributes.SystemTime",
                                         "Event.System.TimeCreated_attributes.SystemTime",
                                         "Event.System.TimeCreated.@SystemTime"}},
         .data = {{.prefix = "Event.EventData."}, {.pairs = "Event.EventData.Data"}}},
    /* At the top stand also things of the collector's; the data proper go first. */
    [NETSHARE_SOURCE_FLAT] =
        {.name = "flat",
         .events = WINDOWS,
         .properties = {[NS_EVENT_ID] = {"EventID", "EventId"},
                        [NS_CHANNEL] = {"Channel"},
                        [NS_PROVIDER] = {"SourceName", "EventSourceName", "ProviderName",
                                         "Provider"},
                        [NS_COMPUTER] = {"Hostname", "Computer", "ComputerName"},
                        [NS_TIME] = {"TimeCreated", "TimeGenerated", "EventTime"}},
         .data = {{.prefix = "EventData."},
                  {.prefix = "", .text = "EventData"},
                  {.pairs = "EventData.Data", .text = "Payload"},
                  {.prefix = ""}}},
    [NETSHARE_SOURCE_ENDGAME] = {.name = "endgame", .events = ENDGAME, .data = {{.prefix = ""}}},
    [NETSHARE_SOURCE_ENDGAME_INDEX] =
        {.name = "endgame-index",
         .events = ENDGAME,
         .properties = {[NS_ACTION] = {"event.action"},
                        [NS_OS_NAME] = {"host.os.platform", "host.os.family", "host.os.name"}},
         .data = {{.prefix = "endgame."}}},
};

const struct ns_marker ns_markers[] = {
    {NETSHARE_SOURCE_ENDGAME_INDEX, {"endgame.event_type_full"}},
    {NETSHARE_SOURCE_ENDGAME_INDEX, {"endgame.event_subtype_full"}},
    {NETSHARE_SOURCE_ENDGAME_INDEX, {"endgame.process_name"}},
    {NETSHARE_SOURCE_WINLOG, {"winlog.event_id"}},
    {NETSHARE_SOURCE_WINLOG, {"winlog.provider_name"}},
    {NETSHARE_SOURCE_WINLOG, {"winlog.channel"}},
    {NETSHARE_SOURCE_EVTX, {"Event.System.EventID"}},
    {NETSHARE_SOURCE_EVTX, {"Event.System.EventID.#text"}},
    {NETSHARE_SOURCE_WINLOGBEAT_6, {"event_id", "log_name"}},
    {NETSHARE_SOURCE_WINLOGBEAT_6, {"event_id", "source_name"}},
    {NETSHARE_SOURCE_FLAT, {"EventID", "Channel"}},
    {NETSHARE_SOURCE_FLAT, {"EventId", "Channel"}},
    {NETSHARE_SOURCE_FLAT, {"EventID", "SourceName"}},
    {NETSHARE_SOURCE_FLAT, {"EventID", "EventSourceName"}},
    {NETSHARE_SOURCE_FLAT, {"EventID", "ProviderName"}},
    {NETSHARE_SOURCE_FLAT, {"EventID", "Provider"}},
    {NETSHARE_SOURCE_FLAT, {"EventID", "UtcTime"}},
    {NETSHARE_SOURCE_FLAT, {"EventId", "UtcTime"}},
    {NETSHARE_SOURCE_FLAT, {"EventID", "SubjectUserSid"}},
    {NETSHARE_SOURCE_FLAT, {"EventId", "SubjectUserSid"}},
    {NETSHARE_SOURCE_ENDGAME, {"event_type_full"}},
    {NETSHARE_SOURCE_ENDGAME, {"event_subtype_full"}},
    {NETSHARE_SOURCE_ENDGAME, {"process_name", "subtype"}},
    {NETSHARE_SOURCE_ENDGAME, {"process_name", "opcode"}},
};
const size_t ns_marker_count = COUNT(ns_markers);

const struct ns_log_marks ns_logs[NS_LOG_COUNT] = {
    [NS_LOG_SYSMON] = {"Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational",
                       "UtcTime", NS_SYSMON},
    [NS_LOG_SECURITY] = {"Microsoft-Windows-Security-Auditing", "Security", "SubjectUserSid",
                         NS_WINDOWS_OTHER},
};

/* As Elastic's integrations for Windows and Winlogbeat's modules categorise them. */
const struct ns_log_event ns_log_events[] = {
    {NS_LOG_SYSMON, 1, NS_SYSMON_START, {"process"}, {"start"}, "Process creation"},
    {NS_LOG_SYSMON, 2, NS_SYSMON, {"file"}, {"change"},
     "A process changed a file creation time"},
    {NS_LOG_SYSMON, 3, NS_SYSMON, {"network"}, {"start", "connection", "protocol"},
     "Network connection"},
    {NS_LOG_SYSMON, 4, NS_SYSMON, {"process"}, {"change"}, "Sysmon service state changed"},
    {NS_LOG_SYSMON, 5, NS_SYSMON, {"process"}, {"end"}, "Process terminated"},
    {NS_LOG_SYSMON, 6, NS_SYSMON, {"driver"}, {"start"}, "Driver loaded"},
    {NS_LOG_SYSMON, 7, NS_SYSMON, {"process"}, {"change"}, "Image loaded"},
    {NS_LOG_SYSMON, 8, NS_SYSMON, {"process"}, {"change"}, "CreateRemoteThread"},
    {NS_LOG_SYSMON, 9, NS_SYSMON, {"process"}, {"access"}, "RawAccessRead"},
    {NS_LOG_SYSMON, 10, NS_SYSMON, {"process"}, {"access"}, "ProcessAccess"},
    {NS_LOG_SYSMON, 11, NS_SYSMON, {"file"}, {"creation"}, "FileCreate"},
    {NS_LOG_SYSMON, 12, NS_SYSMON, {"configuration", "registry"}, {"change"},
     "RegistryEvent (Object create and delete)"},
    {NS_LOG_SYSMON, 13, NS_SYSMON, {"configuration", "registry"}, {"change"},
     "RegistryEvent (Value Set)"},
    {NS_LOG_SYSMON, 14, NS_SYSMON, {"configuration", "registry"}, {"change"},
     "RegistryEvent (Key and Value Rename)"},
    {NS_LOG_SYSMON, 15, NS_SYSMON, {"file"}, {"access"}, "FileCreateStreamHash"},
    {NS_LOG_SYSMON, 16, NS_SYSMON, {"configuration"}, {"change"}, "ServiceConfigurationChange"},
    {NS_LOG_SYSMON, 17, NS_SYSMON, {"file"}, {"creation"}, "PipeEvent (Pipe Created)"},
    {NS_LOG_SYSMON, 18, NS_SYSMON, {"file"}, {"access"}, "PipeEvent (Pipe Connected)"},
    {NS_LOG_SYSMON, 19, NS_SYSMON, {"process"}, {"info"},
     "WmiEvent (WmiEventFilter activity detected)"},
    {NS_LOG_SYSMON, 20, NS_SYSMON, {"process"}, {"change"},
     "WmiEvent (WmiEventConsumer activity detected)"},
    {NS_LOG_SYSMON, 21, NS_SYSMON, {"process"}, {"access"},
     "WmiEvent (WmiEventConsumerToFilter activity detected)"},
    {NS_LOG_SYSMON, 22, NS_SYSMON, {"network"}, {"connection", "protocol", "info"},
     "DNSEvent (DNS query)"},
    {NS_LOG_SYSMON, 23, NS_SYSMON, {"file"}, {"deletion"}, "FileDelete (File Delete archived)"},
    {NS_LOG_SYSMON, 24, NS_SYSMON, {NULL}, {"change"},
     "ClipboardChange (New content in the clipboard)"},
    {NS_LOG_SYSMON, 25, NS_SYSMON, {"process"}, {"change"},
     "ProcessTampering (Process image change)"},
    {NS_LOG_SYSMON, 26, NS_SYSMON, {"file"}, {"deletion"},
     "FileDeleteDetected (File Delete logged)"},
    {NS_LOG_SYSMON, 27, NS_SYSMON, {"file"}, {"creation"}, "FileBlockExecutable"},
    {NS_LOG_SYSMON, 28, NS_SYSMON, {"file"}, {"deletion"}, "FileBlockShredding"},
    {NS_LOG_SYSMON, 29, NS_SYSMON, {"file"}, {"creation"}, "FileExecutableDetected"},
    {NS_LOG_SYSMON, 255, NS_SYSMON, {"process"}, {NULL}, "Error"},
    {NS_LOG_SECURITY, 4688, NS_SECURITY_START, {"process"}, {"start"}, "created-process"},
    {NS_LOG_SECURITY, 4689, NS_SECURITY_END, {"process"}, {"end"}, "exited-process"},
};
const size_t ns_log_event_count = COUNT(ns_log_events);

static const struct ns_mapping ENDGAME_CATEGORIES[] = {
    {"process_event", "process"},
    {"process", "process"},
    {NULL, NULL},
};

/* By event_subtype_full, by subtype, by opcode. */
static const struct ns_mapping ENDGAME_TYPES[] = {
    {"creation_event", "start"},
    {"termination_event", "end"},
    {"already_running", "info"},
    {"create", "start"},
    {"terminate", "end"},
    {"1", "start"},
    {"2", "end"},
    {"3", "info"},
    {NULL, NULL},
};

/* Domains that only Windows has. */
static const struct ns_mapping WINDOWS_DOMAINS[] = {
    {"NT AUTHORITY", "windows"},
    {"NT SERVICE", "windows"},
    {NULL, NULL},
};

static const struct ns_mapping OS_TYPES[] = {
    {"windows", "windows"}, {"linux", "linux"}, {"macos", "macos"},
    {"darwin", "macos"},    {NULL, NULL},
};

#define DATA(field, events, transform, ...) \
    {field, events, transform, NS_NO_PROPERTY, {__VA_ARGS__}, NULL, NULL, 0, 0}
#define DATA_WITH(field, events, transform, text, ...) \
    {field, events, transform, NS_NO_PROPERTY, {__VA_ARGS__}, text, NULL, 0, 0}
#define PROPERTY(field, events, transform, property, flags) \
    {field, events, transform, property, {NULL}, NULL, NULL, 0, flags}
#define CONSTANT(field, events, text) \
    {field, events, NS_CONSTANT, NS_NO_PROPERTY, {NULL}, text, NULL, 0, 0}
#define BY_ID(field, transform) \
    {field, LOG_EVENT, transform, NS_NO_PROPERTY, {NULL}, NULL, NULL, 0, 0}

const struct ns_derivation ns_derivations[] = {
    /* Winlogbeat 6 is older than ECS: its user runs Sysmon, its host is the collector. */
    {"host.name", WINDOWS, NS_COPY, NS_COMPUTER, {NULL}, NULL, NULL,
     BIT(NETSHARE_SOURCE_WINLOGBEAT_6), NS_REPLACES},
    {"user.name", SYSMON, NS_USER, NS_NO_PROPERTY, {"User"}, NULL, NULL,
     BIT(NETSHARE_SOURCE_WINLOGBEAT_6), NS_REPLACES},
    {"user.domain", SYSMON, NS_DOMAIN, NS_NO_PROPERTY, {"User"}, NULL, NULL,
     BIT(NETSHARE_SOURCE_WINLOGBEAT_6), NS_REPLACES},
    {"user.name", SECURITY, NS_COPY, NS_NO_PROPERTY, {"SubjectUserName"}, NULL, NULL,
     BIT(NETSHARE_SOURCE_WINLOGBEAT_6), NS_REPLACES},
    {"user.domain", SECURITY, NS_COPY, NS_NO_PROPERTY, {"SubjectDomainName"}, NULL, NULL,
     BIT(NETSHARE_SOURCE_WINLOGBEAT_6), NS_REPLACES},
    {"user.id", SECURITY, NS_COPY, NS_NO_PROPERTY, {"SubjectUserSid"}, NULL, NULL,
     BIT(NETSHARE_SOURCE_WINLOGBEAT_6), NS_REPLACES},

    /* Every event of a Windows event log. */
    DATA("@timestamp", SYSMON, NS_FROM_UTC, "UtcTime"),
    PROPERTY("@timestamp", WINDOWS, NS_FROM_UTC, NS_UTC_TIME, 0),
    PROPERTY("@timestamp", WINDOWS, NS_COPY, NS_TIME, 0),
    CONSTANT("event.kind", WINDOWS, "event"),
    PROPERTY("event.code", WINDOWS, NS_TO_TEXT, NS_EVENT_ID, NS_KEYWORD),
    PROPERTY("event.provider", WINDOWS, NS_COPY, NS_PROVIDER, 0),
    BY_ID("event.category", NS_EVENT_CATEGORIES),
    BY_ID("event.type", NS_EVENT_TYPES),
    BY_ID("event.action", NS_EVENT_ACTION),
    CONSTANT("host.os.type", WINDOWS, "windows"),
    PROPERTY("host.name", WINDOWS, NS_COPY, NS_COMPUTER, 0),
    PROPERTY("winlog.event_id", WINDOWS, NS_TO_TEXT, NS_EVENT_ID, NS_KEYWORD),
    PROPERTY("winlog.channel", WINDOWS, NS_COPY, NS_CHANNEL, 0),
    PROPERTY("winlog.provider_name", WINDOWS, NS_COPY, NS_PROVIDER, 0),
    PROPERTY("winlog.computer_name", WINDOWS, NS_COPY, NS_COMPUTER, 0),

    /* Sysmon: the process, or in 8 and 10 the one that acts. */
    DATA("process.executable", SYSMON, NS_COPY, "Image", "SourceImage"),
    DATA("process.name", SYSMON, NS_FILE_NAME, "Image", "SourceImage"),
    DATA("process.pid", SYSMON, NS_PROCESS_ID, "ProcessId", "SourceProcessId"),
    DATA("process.entity_id", SYSMON, NS_COPY, "ProcessGuid", "SourceProcessGUID",
         "SourceProcessGuid"),
    DATA("process.command_line", SYSMON, NS_COPY, "CommandLine"),
    DATA("process.args", SYSMON, NS_ARGUMENTS, "CommandLine"),
    DATA("process.args_count", SYSMON, NS_ARGUMENT_COUNT, "CommandLine"),
    DATA("process.working_directory", SYSMON, NS_COPY, "CurrentDirectory"),
    DATA("process.parent.executable", SYSMON, NS_COPY, "ParentImage"),
    DATA("process.parent.name", SYSMON, NS_FILE_NAME, "ParentImage"),
    DATA("process.parent.pid", SYSMON, NS_PROCESS_ID, "ParentProcessId"),
    DATA("process.parent.entity_id", SYSMON, NS_COPY, "ParentProcessGuid"),
    DATA("process.parent.command_line", SYSMON, NS_COPY, "ParentCommandLine"),
    DATA("process.parent.args", SYSMON, NS_ARGUMENTS, "ParentCommandLine"),
    DATA("process.parent.args_count", SYSMON, NS_ARGUMENT_COUNT, "ParentCommandLine"),
    DATA("user.name", SYSMON, NS_USER, "User"),
    DATA("user.domain", SYSMON, NS_DOMAIN, "User"),
    DATA("process.pe.original_file_name", NS_SYSMON_START, NS_COPY, "OriginalFileName"),
    DATA("process.pe.company", NS_SYSMON_START, NS_COPY, "Company"),
    DATA("process.pe.description", NS_SYSMON_START, NS_COPY, "Description"),
    DATA("process.pe.file_version", NS_SYSMON_START, NS_COPY, "FileVersion"),
    DATA("process.pe.product", NS_SYSMON_START, NS_COPY, "Product"),
    DATA_WITH("process.pe.imphash", NS_SYSMON_START, NS_HASH, "IMPHASH", "Hashes"),
    DATA_WITH("process.hash.md5", NS_SYSMON_START, NS_HASH, "MD5", "Hashes"),
    DATA_WITH("process.hash.sha1", NS_SYSMON_START, NS_HASH, "SHA1", "Hashes"),
    DATA_WITH("process.hash.sha256", NS_SYSMON_START, NS_HASH, "SHA256", "Hashes"),

    /* Security 4688, whose ProcessId is the creator, and 4689, whose it is not. */
    DATA("process.executable", SECURITY, NS_COPY, "NewProcessName", "ProcessName"),
    DATA("process.name", SECURITY, NS_FILE_NAME, "NewProcessName", "ProcessName"),
    DATA("process.pid", NS_SECURITY_START, NS_PROCESS_ID, "NewProcessId"),
    DATA("process.pid", NS_SECURITY_END, NS_PROCESS_ID, "ProcessId"),
    DATA("process.command_line", NS_SECURITY_START, NS_COPY, "CommandLine"),
    DATA("process.args", NS_SECURITY_START, NS_ARGUMENTS, "CommandLine"),
    DATA("process.args_count", NS_SECURITY_START, NS_ARGUMENT_COUNT, "CommandLine"),
    DATA("process.parent.executable", NS_SECURITY_START, NS_COPY, "ParentProcessName"),
    DATA("process.parent.name", NS_SECURITY_START, NS_FILE_NAME, "ParentProcessName"),
    DATA("process.parent.pid", NS_SECURITY_START, NS_PROCESS_ID, "ProcessId"),
    DATA("user.id", SECURITY, NS_COPY, "SubjectUserSid"),
    DATA("user.name", SECURITY, NS_COPY, "SubjectUserName"),
    DATA("user.domain", SECURITY, NS_COPY, "SubjectDomainName"),
    DATA("user.effective.id", NS_SECURITY_START, NS_COPY, "TargetUserSid"),
    DATA("user.effective.name", NS_SECURITY_START, NS_COPY, "TargetUserName"),
    DATA("user.effective.domain", NS_SECURITY_START, NS_COPY, "TargetDomainName"),

    /* Endgame. In its index event.type holds values that ECS has given up. */
    {"event.type", ENDGAME, NS_MAPPED, NS_NO_PROPERTY,
     {"event_subtype_full", "subtype", "opcode"}, NULL, ENDGAME_TYPES,
     BIT(NETSHARE_SOURCE_ENDGAME), 0},
    {"event.type", ENDGAME, NS_MAPPED, NS_NO_PROPERTY,
     {"event_subtype_full", "subtype", "opcode"}, NULL, ENDGAME_TYPES,
     BIT(NETSHARE_SOURCE_ENDGAME_INDEX), NS_REPLACES},
    {"event.type", ENDGAME, NS_MAPPED, NS_ACTION, {NULL}, NULL, ENDGAME_TYPES,
     BIT(NETSHARE_SOURCE_ENDGAME_INDEX), NS_REPLACES},
    {"event.category", ENDGAME, NS_MAPPED, NS_NO_PROPERTY, {"event_type_full", "event_type"},
     NULL, ENDGAME_CATEGORIES, 0, 0},
    DATA("event.action", ENDGAME, NS_COPY, "event_subtype_full", "subtype"),
    CONSTANT("event.kind", ENDGAME, "event"),
    CONSTANT("event.module", ENDGAME, "endgame"),
    DATA("@timestamp", ENDGAME, NS_FROM_FILETIME, "timestamp"),
    {"host.os.type", ENDGAME, NS_MAPPED, NS_OS_NAME, {NULL}, NULL, OS_TYPES, 0, 0},
    DATA_WITH("host.os.type", ENDGAME, NS_IF_WINDOWS_PATH, "windows", "process_path"),
    DATA_WITH("host.os.type", ENDGAME, NS_IF_WINDOWS_PATH, "windows", "parent_process_path"),
    {"host.os.type", ENDGAME, NS_MAPPED, NS_NO_PROPERTY, {"user_domain"}, NULL,
     WINDOWS_DOMAINS, 0, 0},
    DATA("process.executable", ENDGAME, NS_COPY, "process_path"),
    DATA("process.name", ENDGAME, NS_COPY, "process_name"),
    DATA("process.name", ENDGAME, NS_FILE_NAME, "process_path"),
    DATA("process.pid", ENDGAME, NS_PROCESS_ID, "pid"),
    DATA("process.entity_id", ENDGAME, NS_TO_TEXT, "unique_pid"),
    DATA("process.command_line", ENDGAME, NS_COPY, "command_line"),
    DATA("process.args", ENDGAME, NS_ARGUMENTS, "command_line"),
    DATA("process.args_count", ENDGAME, NS_ARGUMENT_COUNT, "command_line"),
    DATA("process.parent.executable", ENDGAME, NS_COPY, "parent_process_path"),
    DATA("process.parent.name", ENDGAME, NS_COPY, "parent_process_name"),
    DATA("process.parent.name", ENDGAME, NS_FILE_NAME, "parent_process_path"),
    DATA("process.parent.pid", ENDGAME, NS_PROCESS_ID, "ppid"),
    DATA("process.parent.entity_id", ENDGAME, NS_TO_TEXT, "unique_ppid"),
    DATA("process.pe.original_file_name", ENDGAME, NS_COPY, "original_file_name"),
    DATA("process.hash.md5", ENDGAME, NS_COPY, "md5"),
    DATA("process.hash.sha1", ENDGAME, NS_COPY, "sha1"),
    DATA("process.hash.sha256", ENDGAME, NS_COPY, "sha256"),
    DATA("user.id", ENDGAME, NS_COPY, "user_sid"),
    DATA("user.name", ENDGAME, NS_COPY, "user_name"),
    DATA("user.domain", ENDGAME, NS_COPY, "user_domain"),
};
const size_t ns_derivation_count = COUNT(ns_derivations);

const struct ns_derivation ns_event_data = DATA(NS_EVENT_DATA_PREFIX, WINDOWS, NS_COPY, NULL);
