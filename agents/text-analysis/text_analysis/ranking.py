"""Centrality in a small weighted graph: PageRank by repeated averaging, in plain Python."""

_DAMPING = 0.85
_ROUNDS = 20


def centrality(neighbours, prior):
    """`neighbours[i]` maps j to the weight of an edge, both ways; `prior` says where rank comes from."""
    size = len(neighbours)
    whole = sum(prior) or 1.0
    prior = [share / whole for share in prior]
    strength = [sum(edges.values()) for edges in neighbours]
    rank = prior
    for _ in range(_ROUNDS):
        gathered = [0.0] * size
        lost = 0.0
        for node, edges in enumerate(neighbours):
            if not strength[node]:
                lost += rank[node]
                continue
            share = rank[node] / strength[node]
            for other, weight in edges.items():
                gathered[other] += share * weight
        rank = [
            (1.0 - _DAMPING) * start + _DAMPING * (got + lost * start)
            for start, got in zip(prior, gathered, strict=True)
        ]
    return rank
