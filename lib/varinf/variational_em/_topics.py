"""Latent Dirichlet allocation: in batch by coordinate ascent, and by minibatches with natural gradients."""

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.special import digamma, gammaln, polygamma

from varinf._ascent import coordinate_ascent
from varinf._check import _fail, check_finite, check_fitted, check_integer, check_positive, check_random_state
from varinf.variational_em._checks import check_floor, check_shape
from varinf.variational_em._documents import (
    check_concentration,
    check_documents,
    check_words,
    climb,
    even_start,
    exp_mean_log,
    kl_dirichlet,
    mean_log,
)


class _State(NamedTuple):
    """q(beta_k) = Dirichlet(topic_counts_k), the prior's alpha, q(theta_d) = Dirichlet(document_counts_d),
    sum_k exp(E[log theta]) exp(E[log beta]) for each stored count, the bound, and whether documents still
    start afresh in each pass."""

    topic_counts: np.ndarray
    alpha: np.ndarray
    document_counts: np.ndarray = None
    norms: np.ndarray = None
    elbo: float = -np.inf
    fresh: bool = True


class LatentDirichletAllocation:
    """Topics beta_k ~ Dirichlet(eta); each document mixes them by theta_d ~ Dirichlet(alpha). Each word picks
    a topic from theta_d and itself from that topic. q(beta) q(theta) q(picks) factorises.

    n_components : the number of topics K.
    alpha : concentration of a document's topics, a number or (K,), positive; 1/K by default.
    eta : concentration of a topic's words, a number, 0.002 or more: below it exp(E[log beta]) would
        underflow; 1/K by default.
    learn_alpha : after each pass set alpha to the maximum of the bound, by Newton's method.
    topic_counts_init : (K, V), positive, where q(beta) starts; random by default.
    max_iter, tol : as in `varinf.mean_field.coordinate_ascent`, one iteration a pass, tol in nats for the
        whole of X.
    max_doc_iter, doc_tol : within a pass a document is done when the mean change of its counts gamma is
        below doc_tol (words), or after max_doc_iter rounds.
    total_samples : for `partial_fit`, how many documents the collection has.
    learning_decay, learning_offset : the step of partial_fit is (t + learning_offset)^(-learning_decay) for
        t = 1, 2, ...; the decay is in (0.5, 1]: then the steps add up to infinity and their squares do not
        (Robbins and Monro).
    random_state : an integer or a numpy.random.Generator, for the start.

    Learned: `topic_counts_` (K, V), the concentration of q(beta), and `topics_` (K, V), its mean, rows that
    sum to one; `alpha_` (K,); `eta_`; after fit `document_counts_` (n, K), the concentration of q(theta).
    `elbo_`: the bound on log p(words) in nats, after each pass of fit; or after partial_fit, for each
    minibatch, its unbiased estimate for the whole collection, before the step. `n_iter_`: passes or
    minibatches. `converged_`, of fit.
    A pass costs O(rounds K nnz) for nnz stored counts; memory, beside X, is O((n + V) K + nnz).
    Source: chapter 5, "Topics"; Blei, Ng, Jordan (2003), section 5 and appendix A; Hoffman et al. (2013).
    """

    def __init__(
        self, n_components=10, *, alpha=None, eta=None, learn_alpha=False, topic_counts_init=None,
        max_iter=100, tol=1.0, max_doc_iter=100, doc_tol=1e-3, total_samples=None, learning_decay=0.7,
        learning_offset=10.0, random_state=0,
    ):
        self.n_components, self.alpha, self.eta, self.learn_alpha = n_components, alpha, eta, learn_alpha
        self.topic_counts_init, self.max_iter, self.tol = topic_counts_init, max_iter, tol
        self.max_doc_iter, self.doc_tol, self.total_samples = max_doc_iter, doc_tol, total_samples
        self.learning_decay, self.learning_offset = learning_decay, learning_offset
        self.random_state = random_state

    # --- In batch ---------------------------------------------------------------------------------------

    def fit(self, X, *, callback=None):
        """Fit to X (n, V), whole numbers, an array or scipy.sparse, and return self.

        Empty documents are allowed. Each pass infers every document afresh, as long as that raises the bound;
        from then on each goes on from its last gamma, and the bound still never falls.
        callback : as in `coordinate_ascent`; its state has .topic_counts, .document_counts and .alpha.

        Raises ValueError for invalid X or settings; warns with ConvergenceWarning.
        """
        documents = check_documents(X, "X")
        topic_counts, alpha = self._start(documents.shape[1])

        def update_topics(state):
            words = _words_of_topics(documents, state)          # expected number of times topic k said word w
            new = self.eta_ + words
            # The norms hold E[log beta] under the old q(beta); the second term puts the new one there.
            fit = documents.data @ np.log(state.norms)
            fit += (words * (mean_log(new) - mean_log(state.topic_counts))).sum()
            return state._replace(topic_counts=new, elbo=fit - kl_dirichlet(new, self.eta_).sum())

        def update_alpha(state):
            alpha = state.alpha
            if self.learn_alpha:
                alpha = _maximise_alpha(mean_log(state.document_counts).mean(axis=0), alpha)
            kl = kl_dirichlet(state.document_counts, alpha).sum()
            return state._replace(alpha=alpha, elbo=state.elbo - kl)

        def one_pass(state):
            # Going on from the last gamma from the beginning ties documents to the first passes' topics: on
            # speeches perplexity_bound was 1,435 after 40 passes, with a fresh start in each pass 1,182.
            if state.fresh:
                new = update_alpha(update_topics(self._infer(documents, state)))
                if new.elbo >= state.elbo:
                    return new
            state = self._infer(documents, state, start=state.document_counts)
            return update_alpha(update_topics(state))._replace(fresh=False)

        ascent = coordinate_ascent(
            one_pass, lambda state: state.elbo, _State(topic_counts, alpha),
            max_iter=self.max_iter, tol=self.tol, callback=callback,
            # terms as large as the counts and pseudo-counts cancel
            rounding=max(1e-9, 1e-15 * (documents.sum() + self.eta_ * topic_counts.size)))
        self._learn(ascent.state.topic_counts, ascent.state.alpha)
        self.document_counts_ = ascent.state.document_counts
        self.elbo_, self.converged_, self.n_iter_ = ascent.elbo, ascent.converged, ascent.n_iter
        self._minibatches = 0
        return self

    # --- By minibatches ---------------------------------------------------------------------------------

    def partial_fit(self, X):
        """One step along the natural gradient that the minibatch X (m, V) estimates, and return self.

        The first call starts afresh, or from the topics of `fit`. Raises ValueError for invalid X or
        settings, among them total_samples, which must be set.
        """
        documents = check_documents(X, "X")
        total = check_integer(self.total_samples, "total_samples")
        if not hasattr(self, "topic_counts_"):
            self._learn(*self._start(documents.shape[1]))
            self._minibatches = 0
        self._check_settings()
        check_words(documents, self.topic_counts_.shape[1], "X")
        if self._minibatches == 0:
            self.elbo_ = np.empty(0)
        self._minibatches += 1
        scale = total / documents.shape[0]
        step = (self._minibatches + self.learning_offset) ** -self.learning_decay

        state = self._inferred(documents)
        bound = scale * _document_bounds(documents, state).sum()
        self.elbo_ = np.append(self.elbo_, bound - kl_dirichlet(self.topic_counts_, self.eta_).sum())
        # What fit would set the counts to if the whole collection were like X; the natural gradient is the
        # difference, so no inverse of a Fisher matrix is needed (Hoffman et al. 2013, section 2.4).
        target = self.eta_ + scale * _words_of_topics(documents, state)
        alpha = self.alpha_
        if self.learn_alpha:
            newton = _newton_direction(mean_log(state.document_counts).mean(axis=0), alpha)
            alpha = np.maximum(alpha + step * newton, alpha / 2)        # positive whatever the minibatch
        self._learn((1 - step) * self.topic_counts_ + step * target, alpha)
        self.n_iter_ = self._minibatches
        return self

    # --- Settings and start -----------------------------------------------------------------------------

    def _check_settings(self):
        K = check_integer(self.n_components, "n_components")
        self.eta_ = float(check_finite(1 / K if self.eta is None else self.eta, "eta", ndim=0))
        if self.eta_ < 0.002:
            _fail("eta", "0.002 or more", self.eta_)
        check_integer(self.max_doc_iter, "max_doc_iter")
        check_floor(self.doc_tol, "doc_tol")
        check_positive(self.learning_offset, "learning_offset", ndim=0)
        if not 0.5 < check_finite(self.learning_decay, "learning_decay", ndim=0) <= 1:
            expected = "above 0.5 and at most 1, as Robbins and Monro require"
            _fail("learning_decay", expected, self.learning_decay)
        if not isinstance(self.learn_alpha, (bool, np.bool_)):
            _fail("learn_alpha", "True or False", repr(self.learn_alpha))
        return K

    def _start(self, V):
        K = self._check_settings()
        alpha = check_concentration(1 / K if self.alpha is None else self.alpha, K, "alpha")
        if self.topic_counts_init is None:
            return check_random_state(self.random_state).gamma(100.0, 0.01, (K, V)), alpha
        start = check_positive(self.topic_counts_init, "topic_counts_init")
        return check_shape(start, (K, V), "topic_counts_init"), alpha

    def _learn(self, topic_counts, alpha):
        self.topic_counts_, self.alpha_ = topic_counts, alpha
        self.topics_ = topic_counts / topic_counts.sum(axis=1, keepdims=True)

    # --- What fitted topics answer ------------------------------------------------------------------------

    def _infer(self, documents, state, start=None):
        """The state with q(theta) of these documents at its best, all else held fixed."""
        start = even_start(documents, state.alpha) if start is None else start
        gamma, norms = climb(
            documents, state.alpha, exp_mean_log(state.topic_counts), start, self.max_doc_iter, self.doc_tol)
        return state._replace(document_counts=gamma, norms=norms)

    def _inferred(self, documents):
        return self._infer(documents, _State(self.topic_counts_, self.alpha_))

    def _check_new(self, X, name="X"):
        check_fitted(self, "topic_counts_")
        return check_words(check_documents(X, name), self.topic_counts_.shape[1], name)

    def transform(self, X):
        """E[theta_d] under q, (n, K), rows summing to one, for X (n, V); of an empty document the prior's."""
        gamma = self._inferred(self._check_new(X)).document_counts
        return gamma / gamma.sum(axis=1, keepdims=True)

    def document_elbo(self, X):
        """A lower bound on E_q(beta)[log p(x_d | beta)], and so on log p(x_d) under q(beta), for each
        document of X (n, V): (n,) in nats. Words in a given order: there is no multinomial coefficient."""
        documents = self._check_new(X)
        return _document_bounds(documents, self._inferred(documents))

    def perplexity_bound(self, X):
        """exp(-document_elbo per word), for X (n, V): an upper bound on the perplexity of these documents
        under q(beta). The gap is not known, so two models compare by it only roughly."""
        documents = self._check_new(X)
        bound = _document_bounds(documents, self._inferred(documents)).sum()
        return float(np.exp(-bound / _number_of_words(documents, "X")))

    def completion_perplexity(self, observed, held_out):
        """Perplexity of the words held_out (n, V) when each document's topics are inferred from observed (n,
        V), as `split_words` makes them: exp of minus the mean of log sum_k E[theta_k] E[beta_kw]. An estimate
        of the prediction itself, and no bound."""
        observed, held_out = self._check_new(observed, "observed"), self._check_new(held_out, "held_out")
        if observed.shape != held_out.shape:
            _fail("held_out", f"of shape {observed.shape}, as observed", f"shape {held_out.shape}")
        words = _number_of_words(held_out, "held_out")
        theta = self.transform(observed)[_rows(held_out)]
        probabilities = np.einsum("ik,ik->i", theta, self.topics_.T[held_out.indices])
        return float(np.exp(-(held_out.data @ np.log(probabilities)) / words))

    def top_words(self, vocabulary, n=10):
        """The n most probable words of each topic, most probable first: K lists. vocabulary : V words."""
        check_fitted(self, "topic_counts_")
        vocabulary, V = list(vocabulary), self.topic_counts_.shape[1]
        if len(vocabulary) != V:
            _fail("vocabulary", f"of {V} words", f"{len(vocabulary)}")
        best = np.argsort(-self.topics_, axis=1, kind="stable")[:, : check_integer(n, "n")]
        return [[vocabulary[w] for w in topic] for topic in best]


# --- Parts --------------------------------------------------------------------------------------------


def _rows(documents):
    """The document of each stored count."""
    return np.repeat(np.arange(documents.shape[0]), np.diff(documents.indptr))


def _words_of_topics(documents, state):
    """E_q[number of times topic k said word w] = sum_d n_dw phi_dwk, (K, V), with
    phi_dwk = exp(E[log theta_dk]) exp(E[log beta_kw]) / norm_dw."""
    parts = documents.data / state.norms, documents.indices, documents.indptr
    ratio = csr_array(parts, shape=documents.shape)
    return (ratio.T @ exp_mean_log(state.document_counts)).T * exp_mean_log(state.topic_counts)


def _document_bounds(documents, state):
    """The terms of the bound that belong to each document, phi at its best, (n,)."""
    terms = np.bincount(_rows(documents), documents.data * np.log(state.norms), minlength=documents.shape[0])
    return terms - kl_dirichlet(state.document_counts, state.alpha)


def _number_of_words(documents, name):
    words = documents.data.sum()
    if words == 0:
        _fail(name, "documents with at least one word", "none")
    return words


def _alpha_bound(average, alpha):
    """The terms of the bound that hold alpha, a document: concave. average : (K,) mean of E[log theta_d]."""
    return gammaln(alpha.sum()) - gammaln(alpha).sum() + (alpha - 1) @ average


def _newton_direction(average, alpha):
    """-H^-1 g in O(K): the Hessian is a diagonal plus a constant (Blei, Ng, Jordan 2003, appendix A.2)."""
    if len(alpha) == 1:                                         # theta is 1, whatever alpha
        return np.zeros(1)
    gradient = digamma(alpha.sum()) - digamma(alpha) + average
    h, z = -polygamma(1, alpha), polygamma(1, alpha.sum())
    shift = (gradient / h).sum() / (1 / z + (1 / h).sum())
    return -(gradient - shift) / h


def _maximise_alpha(average, alpha):
    """Newton's method with halved steps, from alpha, which is returned if nothing is better."""
    for _ in range(100):
        direction, before = _newton_direction(average, alpha), _alpha_bound(average, alpha)
        for step in 0.5 ** np.arange(60):
            new = alpha + step * direction
            if (new > 0).all() and _alpha_bound(average, new) > before:
                break
        else:
            return alpha
        if np.abs(new - alpha).max() < 1e-10 * alpha.max():
            return new
        alpha = new
    return alpha
