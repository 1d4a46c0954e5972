# SPDX-License-Identifier: Apache-2.0
# The built-in rule for jq: jq -c -f rule.jq events.ndjson
def any_of(f): [f] | flatten | map(strings);
def named($name): any(any_of(.process.name)[]; ascii_downcase == $name)
  or any(any_of(.process.pe.original_file_name)[]; . == $name);
select(
  (named("net.exe")
    or (named("net1.exe")
        and (any(any_of(.process.parent.name)[]; ascii_downcase == "net.exe") | not)))
  and any(any_of(.event.category)[]; . == "process")
  and any(any_of(.host.os.type)[]; . == "windows")
  and any(any_of(.event.type)[]; . == "start")
  and (any_of(.process.args) | map(ascii_downcase)
    | any(.[]; . == "use")
      and any(.[]; test("^\\\\\\\\.*\\\\.*\\$|^\\\\\\\\.*@ssl\\\\|^http"))
      and (any(.[]; startswith("/d")) | not)))
