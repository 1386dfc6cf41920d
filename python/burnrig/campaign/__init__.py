# SPDX-License-Identifier: Apache-2.0
"""burnrig campaign: a sweep in shards, carried out by an engine that others made.

    plan.py      what the campaign is, once and for all: DIR/campaign.json
    shard.py     the unit of work: `burnrig sweep WHAT --shard I/N --out DIR`, which writes DIR/shard-I-of-N.json
    engines.py   who carries shards out: local, parallel, slurm, list
    dask.py      the same on a cluster of Dask

A shard is a pure function of program, campaign and number, and its file is there whole or not at all. So the files are
the state: whoever is killed, scheduler, worker or this command, the next one goes on with what is missing, and a shard
that was carried out twice gives the same bytes twice.
"""
