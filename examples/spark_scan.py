#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Scans NDJSON datasets of any size as a PySpark job: Spark splits the files into
partitions and distributes them, and each Python process of an executor matches its
partitions, with one matcher for all of them.

    spark-submit examples/spark_scan.py --output alerts/ 's3a://captures/2024/*.ndjson.gz'
    python examples/spark_scan.py --master 'local[*]' events.ndjson

The package netshare must be installed where the executors run, for example by
--archives with a packed environment. Results are one row for each event and rule: file,
event, rule, severity, tactics and techniques.
"""

import argparse
import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import input_file_name
from pyspark.sql.types import ArrayType, IntegerType, StringType, StructField, StructType

import netshare

ALERT = StructType([
    StructField("file", StringType()),
    StructField("event", StringType()),
    StructField("rule_id", StringType()),
    StructField("rule_name", StringType()),
    StructField("severity", StringType()),
    StructField("risk_score", IntegerType()),
    StructField("tactics", ArrayType(StringType())),
    StructField("techniques", ArrayType(StringType())),
])

# Lines that are matched in one call.
BATCH = 8192


def alerts_of(row, matches):
    for match in matches:
        rule = match.rule
        techniques = [t.id for t in rule.techniques] + [t.id for t in rule.subtechniques]
        yield (row.file, row.value, rule.id, rule.name, rule.severity.name.lower(),
               rule.risk_score, [t.id for t in rule.tactics], techniques)


def batches(rows):
    batch = []
    for row in rows:
        if row.value.strip():
            batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def scan_partition(matcher, malformed):
    """A function for mapPartitions: rows of `file` and `value` in, alerts out."""
    def scan(rows):
        rules = matcher.value  # unpickled, that is compiled, once in each process
        for batch in batches(rows):
            errors = []
            results = rules.match_many([row.value for row in batch], on_error=errors.append)
            malformed.add(sum(isinstance(error, netshare.EventError) for error in errors))
            for row, matches in zip(batch, results):
                yield from alerts_of(row, matches)
    return scan


def scan(spark, paths, matcher):
    """A data frame of alerts, and an accumulator of lines that are no events (to be read
    when the data frame has been computed)."""
    malformed = spark.sparkContext.accumulator(0)
    shared = spark.sparkContext.broadcast(matcher)
    lines = spark.read.text(paths).withColumn("file", input_file_name())
    alerts = lines.rdd.mapPartitions(scan_partition(shared, malformed))
    return spark.createDataFrame(alerts, ALERT), malformed


def main():
    parser = argparse.ArgumentParser(description="Scan NDJSON datasets with Spark.")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    parser.add_argument("--rules", help="a rule file or a folder of them, read by the driver")
    parser.add_argument("--source", choices=netshare.SOURCES, default="ecs")
    parser.add_argument("--output", help="where the alerts go as NDJSON; otherwise printed")
    parser.add_argument("--master", help="where to run, unless spark-submit says so")
    options = parser.parse_args()

    if options.rules:
        matcher = netshare.Matcher.from_rules(options.rules, strict=False,
                                              source=options.source)
    else:
        matcher = netshare.Matcher(source=options.source)
    builder = SparkSession.builder.appName("netshare")
    if options.master:
        builder = builder.master(options.master)
    spark = builder.getOrCreate()
    try:
        alerts, malformed = scan(spark, options.paths, matcher)
        if options.output:
            alerts.write.json(options.output)
        else:
            for line in alerts.toJSON().toLocalIterator():
                print(line)
        if malformed.value:
            print(f"{malformed.value} lines are no events", file=sys.stderr)
    finally:
        spark.stop()


if __name__ == "__main__":
    main()
