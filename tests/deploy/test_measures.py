import pytest

from deploy.bench.measures import means, worth

GRADES = {"a": 3, "b": 2, "c": 1}


def test_the_best_order_is_worth_one_and_any_other_less():
    assert worth(["a", "b", "c"], GRADES).ndcg == 1
    assert worth(["b", "a", "c"], GRADES).ndcg < 1
    assert worth(["a", "x", "b", "c"], GRADES).ndcg < 1


def test_gains_and_discounts_are_those_of_the_literature():
    assert worth(["x", "a"], {"a": 3}).ndcg == pytest.approx(1 / 1.584962500721156)


def test_what_is_of_no_use_is_worth_nothing():
    told = worth(["x", "y"], GRADES)
    assert (told.ndcg, told.hit, told.recall, told.zero) == (0, 0, 0, 0)
    assert worth([], GRADES).zero == 1


def test_a_hit_is_a_first_answer_of_the_best_grade_there_is():
    assert worth(["a"], GRADES).hit == 1
    assert worth(["b"], GRADES).hit == 0
    assert worth(["b"], {"b": 2}).hit == 1


def test_recall_counts_what_the_person_would_want_to_see():
    assert worth(["a", "c"], GRADES).recall == 0.5


def test_means_are_taken_over_questions():
    told = means([worth(["a", "b", "c"], GRADES), worth([], GRADES)])
    assert (told.ndcg, told.zero) == (0.5, 0.5)
