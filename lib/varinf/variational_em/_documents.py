"""Counts of words, and the E-step of latent Dirichlet allocation: a document's topics when all topics are
given."""

import numpy as np
from scipy.sparse import csr_array, issparse
from scipy.special import digamma, gammaln

from varinf._check import (
    _fail,
    check_counts,
    check_finite,
    check_in_interval,
    check_integer,
    check_positive,
    check_rng,
)
from varinf.variational_em._checks import check_floor, check_shape

_BLOCK = 10**5          # numbers in a block of documents: what stays in the cache is passed over many times


def infer_documents(counts, alpha, topics, *, start=None, max_iter=100, tol=1e-3):
    """The topics of each document: q(theta_d) = Dirichlet(gamma_d), by coordinate ascent on its bound.

    Model: theta_d ~ Dirichlet(alpha); each word picks a topic from theta_d, and itself from that topic. A
    round updates phi_wk, in proportion to exp(E[log theta_k]) topics_kw, then gamma = alpha + counts^T phi.

    counts : (n, V) whole numbers, an array or scipy.sparse; or (V,), one document.
    alpha : a number or (K,), positive. topics : (K, V), non-negative: each row a distribution over
        words, or exp(E[log beta]) when the topics have a q of their own.
    start : gamma to begin from, (n, K) or (K,); by default alpha plus an equal share of the document's words.
    max_iter, tol : a document is done when the mean change of its gamma is below tol (words), or after
        max_iter rounds. tol = 0: always max_iter rounds.

    Returns gamma, (n, K), or (K,) for one document. Raises ValueError for invalid arguments, or a word in
    counts to which no topic gives a probability above 0.
    Source: chapter 5, "Topics"; Blei, Ng, Jordan (2003), equations (6) and (7) and figure 6.
    """
    single = not issparse(counts) and np.ndim(counts) == 1
    documents = check_documents([counts] if single else counts, "counts")
    topics = check_finite(topics, "topics", ndim=2).astype(np.float64)
    if (topics < 0).any():
        _fail("topics", "non-negative", f"a minimum of {topics.min()}")
    check_words(documents, topics.shape[1], "counts")
    alpha = check_concentration(alpha, len(topics), "alpha")
    if start is None:
        start = even_start(documents, alpha)
    else:
        start = np.atleast_2d(check_positive(start, "start", ndim=1 if single else 2))
        start = check_shape(start, (documents.shape[0], len(topics)), "start")
    gamma, _ = climb(
        documents, alpha, topics, start, check_integer(max_iter, "max_iter"), check_floor(tol, "tol"))
    return gamma[0] if single else gamma


def split_words(counts, rng, fraction=0.5):
    """Split each document's words at random in two, to infer topics from one part and predict the other.

    counts : (n, V) whole numbers, an array or scipy.sparse. rng : numpy.random.Generator.
    fraction : each word goes to the first part with this probability, strictly between 0 and 1.

    Returns (observed, held_out), two scipy.sparse.csr_array (n, V) that add up to counts. Raises ValueError
    for invalid arguments.
    Source: chapter 5, "Held-out words"; Hoffman et al. (2013), section 4, do so with test documents.
    """
    documents = check_documents(counts, "counts")
    fraction = float(check_in_interval(fraction, "fraction", 0, 1))
    if fraction in (0, 1):
        _fail("fraction", "strictly between 0 and 1", fraction)
    part = check_rng(rng).binomial(documents.data.astype(np.int64), fraction)
    halves = documents.copy(), documents
    for half, data in zip(halves, (part, documents.data - part)):
        half.data = data.astype(np.float64)
        half.eliminate_zeros()
    return halves


# --- The E-step ---------------------------------------------------------------------------------------


def climb(documents, alpha, topics, gamma, max_iter, tol):
    """Coordinate ascent of every document from gamma (n, K).

    Returns the new gamma, and sum_k exp(E[log theta_dk]) topics_kw for each stored count, in the documents'
    order: what the bound and the M-step need.

    Documents of like length are padded to one table, so that a round is two stacked matrix products in which
    each document's words stay in the cache: three to four times the speed of document by document.
    """
    gamma, norms = gamma.copy(), np.empty(documents.nnz)
    lengths = np.diff(documents.indptr)
    order = np.argsort(lengths, kind="stable")
    words_first = np.ascontiguousarray(topics.T)
    start = np.searchsorted(lengths[order], 1)                  # empty documents: q is the prior
    gamma[order[:start]] = alpha
    while start < len(order):
        size = max(1, _BLOCK // (lengths[order[start]] * len(topics)))
        rows = order[start : start + size]
        start += size
        place = documents.indptr[rows][:, None] + np.arange(lengths[rows[-1]])
        real = place < documents.indptr[rows + 1][:, None]
        place = np.where(real, place, documents.indptr[rows][:, None])
        counts = np.where(real, documents.data[place], 0.0)    # padding: a word seen 0 times
        block = words_first[documents.indices[place]]           # (documents, words, topics)
        gamma[rows] = _climb_block(counts, block, alpha, gamma[rows], max_iter, tol)
        norms[place[real]] = _norms(block, exp_mean_log(gamma[rows]))[real]
    return gamma, norms


def _climb_block(counts, block, alpha, gamma, max_iter, tol):
    current, gamma = gamma, gamma.copy()
    going, live = np.arange(len(gamma)), np.ones(len(gamma), bool)
    for _ in range(max_iter):
        # phi_wk = shares_k block_wk / norm_w, so what E[log theta] subtracts from every digamma cancels
        shares = np.exp(digamma(current))
        rest = ((counts / _norms(block, shares))[:, None, :] @ block)[:, 0, :]
        before, current = current, alpha + shares * rest
        done = live & (np.abs(current - before).sum(axis=1) < tol * len(alpha))
        if done.any():
            gamma[going[done]] = current[done]
            live &= ~done
            if np.count_nonzero(live) < 0.7 * len(live):        # to copy the rest pays from about here
                going, current, counts, block = going[live], current[live], counts[live], block[live]
                live = live[live]
                if len(live) == 0:
                    break
    gamma[going[live]] = current[live]
    return gamma


def _norms(block, shares):
    """sum_k shares_dk block_dwk, (documents, words)."""
    norms = (block @ shares[:, :, None])[:, :, 0]
    if not norms.all():
        _fail("counts", "of words that some topic gives a probability above 0", "one that none does")
    return norms


def exp_mean_log(concentration):
    """exp(E[log p]) for p ~ Dirichlet, along the last axis."""
    return np.exp(mean_log(concentration))


def mean_log(concentration):
    """E[log p] for p ~ Dirichlet, along the last axis."""
    return digamma(concentration) - digamma(concentration.sum(axis=-1, keepdims=True))


def kl_dirichlet(q, p):
    """KL(Dirichlet(q) || Dirichlet(p)) for each row of q. varinf.distributions.kl keeps more digits where p
    is large and q near it, and would take a third of the time of a pass."""
    p = np.broadcast_to(p, q.shape)
    log_norms = [gammaln(a.sum(axis=-1)) - gammaln(a).sum(axis=-1) for a in (q, p)]
    return log_norms[0] - log_norms[1] + ((q - p) * mean_log(q)).sum(axis=-1)


def even_start(documents, alpha):
    """gamma = alpha + words / K."""
    return alpha + documents.sum(axis=1)[:, None] / len(alpha)


# --- Checks -------------------------------------------------------------------------------------------


def check_documents(counts, name):
    """Counts (n, V) as a csr_array of float64 without stored zeros."""
    if not issparse(counts):
        counts = check_counts(check_finite(counts, name, ndim=2), name)
    if counts.ndim != 2 or 0 in counts.shape:
        _fail(name, "a table (n, V) that is not empty", f"shape {counts.shape}")
    documents = csr_array(counts, copy=True)
    documents.sum_duplicates()
    if documents.nnz:
        documents.data = check_counts(documents.data, name)
    else:
        documents = documents.astype(np.float64)
    documents.eliminate_zeros()
    documents.sort_indices()
    return documents


def check_words(documents, V, name):
    """The documents count V words."""
    if documents.shape[1] != V:
        _fail(name, f"of {V} words, one a column of the topics", f"{documents.shape[1]} columns")
    return documents


def check_concentration(value, K, name):
    """A positive number, or one for each of K outcomes, as (K,)."""
    value = check_positive(value, name).astype(np.float64)
    if value.min() < 1e-100:
        _fail(name, "at least 1e-100, so that its trigamma is finite", f"a minimum of {value.min()}")
    if value.shape not in ((), (K,)):
        _fail(name, f"a number or of shape {(K,)}", f"shape {value.shape}")
    return np.broadcast_to(value, (K,)).copy()
