"""The parts of the operators' resources that we use, as JSON schemas that allow nothing else.

Written after their references (KEDA 2.17, CloudNativePG 1.27, Barman Cloud plugin 0.6, RabbitMQ cluster operator 2.14,
Prometheus operator 0.83): a field that is misspelt, at a wrong place or of a wrong type is found without a cluster.
"""

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string", "minLength": 1}
DIGITS: Schema = {"type": "string", "pattern": r"^\d+$"}
TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
FREE: Schema = {"type": "object"}
"""Validated by Kubernetes, such as an affinity."""
SIZE: Schema = {"type": "string", "pattern": r"^\d+(Mi|Gi|Ti)$"}


def count(least: int = 0) -> Schema:
    return {"type": "integer", "minimum": least}


def one_of(*values: object) -> Schema:
    return {"enum": list(values)}


def some(items: Schema) -> Schema:
    return {"type": "array", "items": items, "minItems": 1}


def fields(needed: dict[str, Schema], **optional: Schema) -> Schema:
    properties = needed | optional
    return {"type": "object", "properties": properties, "required": list(needed), "additionalProperties": False}


NAMED = fields({"name": TEXT})
KEY_OF_SECRET = fields({"name": TEXT, "key": TEXT})
RESOURCES = fields({"requests": TEXTS, "limits": TEXTS})
SELECTOR = fields({"matchLabels": TEXTS})
RELABELING = fields({"targetLabel": TEXT, "replacement": TEXT})
ENDPOINT = fields({"port": TEXT}, path=TEXT, interval=TEXT, relabelings=some(RELABELING))

SPAN_OF_TIME: Schema = {"type": "string", "pattern": r"^\d+[smhd]$"}
RULE = {
    "oneOf": [
        fields({"record": TEXT, "expr": TEXT}, labels=TEXTS),
        fields({"alert": TEXT, "expr": TEXT, "labels": TEXTS, "annotations": TEXTS}, **{"for": SPAN_OF_TIME}),
    ]
}

ROLE = fields(
    {"name": TEXT, "ensure": one_of("present", "absent"), "login": {"type": "boolean"}},
    inRoles=some(TEXT),
    passwordSecret=NAMED,
)
INITDB = fields(
    {"database": TEXT, "owner": TEXT},
    encoding=TEXT,
    localeProvider=one_of("builtin", "icu", "libc"),
    builtinLocale=TEXT,
    localeCollate=TEXT,
    localeCType=TEXT,
)
CLUSTER = fields(
    {"instances": count(1), "storage": fields({"size": SIZE}), "imageName": TEXT},
    primaryUpdateStrategy=one_of("unsupervised", "supervised"),
    bootstrap=fields({"initdb": INITDB}),
    managed=fields({"roles": some(ROLE)}),
    postgresql=fields(
        {"parameters": TEXTS}, synchronous=fields({"method": one_of("any", "first"), "number": count(1)})
    ),
    walStorage=fields({"size": SIZE}),
    resources=RESOURCES,
    affinity=fields({"podAntiAffinityType": one_of("required", "preferred"), "topologyKey": TEXT}),
    plugins=some(fields({"name": TEXT}, isWALArchiver={"type": "boolean"}, parameters=TEXTS)),
)
COMPRESSION = one_of("bzip2", "gzip", "lz4", "snappy", "xz", "zstd")
STORE = fields(
    {
        "destinationPath": TEXT,
        "s3Credentials": fields({"accessKeyId": KEY_OF_SECRET, "secretAccessKey": KEY_OF_SECRET}),
    },
    wal=fields({}, compression=COMPRESSION, maxParallel=count(1)),
    data=fields({}, compression=one_of("bzip2", "gzip", "snappy")),
)
TRIGGER = {
    "oneOf": [
        fields(
            {
                "type": one_of("rabbitmq"),
                "metadata": fields(
                    {"queueName": TEXT, "mode": one_of("QueueLength", "MessageRate"), "value": DIGITS},
                    protocol=one_of("amqp", "http", "auto"),
                    activationValue=DIGITS,
                ),
                "authenticationRef": NAMED,
            }
        ),
        fields(
            {
                "type": one_of("postgresql"),
                "metadata": fields({"query": TEXT, "targetQueryValue": DIGITS}, activationTargetQueryValue=DIGITS),
                "authenticationRef": NAMED,
            }
        ),
    ]
}

SPECS: dict[tuple[str, str], Schema] = {
    ("postgresql.cnpg.io/v1", "Cluster"): CLUSTER,
    ("postgresql.cnpg.io/v1", "Database"): fields({"cluster": NAMED, "name": TEXT, "owner": TEXT}),
    ("postgresql.cnpg.io/v1", "Pooler"): fields(
        {
            "cluster": NAMED,
            "type": one_of("rw", "ro", "r"),
            "instances": count(1),
            "pgbouncer": fields({"poolMode": one_of("session", "transaction")}, parameters=TEXTS),
        }
    ),
    ("postgresql.cnpg.io/v1", "ScheduledBackup"): fields(
        {"schedule": {"type": "string", "pattern": r"^(\S+ ){5}\S+$"}, "cluster": NAMED},
        backupOwnerReference=one_of("none", "self", "cluster"),
        method=one_of("barmanObjectStore", "volumeSnapshot", "plugin"),
        pluginConfiguration=NAMED,
    ),
    ("barmancloud.cnpg.io/v1", "ObjectStore"): fields(
        {"configuration": STORE}, retentionPolicy={"type": "string", "pattern": r"^[1-9]\d*[dwm]$"}
    ),
    ("rabbitmq.com/v1beta1", "RabbitmqCluster"): fields(
        {"replicas": count(1), "image": TEXT},
        persistence=fields({"storage": SIZE}),
        resources=RESOURCES,
        rabbitmq=fields({}, additionalPlugins=some(TEXT), additionalConfig=TEXT),
        affinity=FREE,
    ),
    ("keda.sh/v1alpha1", "TriggerAuthentication"): fields(
        {"secretTargetRef": some(fields({"parameter": TEXT, "name": TEXT, "key": TEXT}))}
    ),
    ("keda.sh/v1alpha1", "ScaledObject"): fields(
        {"scaleTargetRef": NAMED, "triggers": some(TRIGGER)},
        minReplicaCount=count(),
        maxReplicaCount=count(1),
        pollingInterval=count(1),
        cooldownPeriod=count(),
        fallback=fields({"failureThreshold": count(1), "replicas": count()}),
        advanced=fields({"horizontalPodAutoscalerConfig": fields({"behavior": FREE})}),
    ),
    ("monitoring.coreos.com/v1", "PrometheusRule"): fields(
        {"groups": some(fields({"name": TEXT, "rules": some(RULE)}, interval=SPAN_OF_TIME))}
    ),
    ("monitoring.coreos.com/v1", "ServiceMonitor"): fields({"selector": SELECTOR, "endpoints": some(ENDPOINT)}),
    ("monitoring.coreos.com/v1", "PodMonitor"): fields({"selector": SELECTOR, "podMetricsEndpoints": some(ENDPOINT)}),
}
