"""Reads messages of OTLP, one a line in base64, with OpenTelemetry's own package; writes each as a line of JSON."""

import base64
import json
import sys

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

IDENTIFIERS = ("traceId", "spanId", "parentSpanId")


def read(line):
    message = ExportTraceServiceRequest.FromString(base64.b64decode(line))
    told = MessageToDict(message, use_integers_for_enums=True)
    for resource in told["resourceSpans"]:
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                for name in IDENTIFIERS:
                    if name in span:
                        span[name] = base64.b64decode(span[name]).hex()
    return told


for line in sys.stdin:
    print(json.dumps(read(line)))
