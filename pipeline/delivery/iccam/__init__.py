"""ICCAM version 3 as a client: settings, line, calls, a pure plan of what may be sent next, push, pull and reconcile.

    settings ─> line (TLS, tokens) ─> calls (typed) ─┬─> push       one step of each case's plan per run
                                                     ├─> assigned   content INHOPE assigned to us, as a file to take in
                                                     └─> reconcile  what ICCAM and we say differently
    plan (pure: what may go next, given what ICCAM says and what we assessed)

Nothing here knows the store or the desk: callers give plain values and are told what happened. Source of paths, bodies
and order rules: reference/hotline_systems.md §3.
"""
