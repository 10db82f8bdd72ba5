"""What `make scale-test` asks of a cluster can be asked at all: its questions follow the product's."""

from tenure.lake import engine
from tools import scale_test


def test_every_question_over_rows_has_an_answer(db):
    answers = {
        what: engine.run_sql(asked).schema.names == asked.schema.names
        for what, asked in scale_test.expressions_over_rows()
    }

    assert len(answers) > 80
    assert all(answers.values())
