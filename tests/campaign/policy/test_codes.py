from voicebot.campaign.policy.codes import Code, Layer

DESIGNED = """
REFUSED: STOP_LIST STOP_LIST_LATE OUT_OF_WINDOW HOLIDAY TOO_OFTEN REGION NO_CONSENT COMPLAINT DUPLICATE BAD_NUMBER
    BUDGET STALE
NETWORK: NO_ANSWER BUSY REJECTED POWER_OFF SUSPENDED EMPTY OUT_OF_AREA UNREACHABLE FORWARDED BARRED
OURS: CARRIER_BLOCK LINE_ERROR CONGESTION GATEWAY_DOWN THROTTLED NODE_LOST CANCELLED
ANSWERED: HUMAN VOICEMAIL ASSISTANT IVR FAX SILENT UNKNOWN
TALK: CUSTOMER_HANGUP ROBOT_END SILENCE MAX_TIME TRANSFERRED TRANSFER_FAILED ROBOT_FAULT
BUSINESS: A B C D E CALLBACK_AT STOP_REQUEST COMPLAINT_RISK WRONG_PERSON ADDED
"""


def test_the_codes_and_their_layers_are_those_of_the_design():
    designed: dict[str, Layer] = {}
    layer = None
    for word in DESIGNED.split():
        if word.endswith(":"):
            layer = Layer[word.removesuffix(":")]
        else:
            assert layer is not None
            designed[word] = layer
    assert {str(code): code.layer for code in Code} == designed


def test_every_code_has_a_chinese_label_of_its_own():
    labels = [code.label for code in Code]
    assert len(set(labels)) == len(labels)
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in label) for label in labels)


def test_only_what_reached_the_callee_uses_up_an_attempt():
    assert all(not code.uses_up_attempt for code in Code if code.layer in (Layer.REFUSED, Layer.OURS, Layer.BUSINESS))
    assert all(code.uses_up_attempt for code in Code if code.layer in (Layer.NETWORK, Layer.ANSWERED, Layer.TALK))


def test_a_code_is_found_by_its_name():
    assert Code("BUSY") is Code.BUSY
    assert Code("A") is Code.GRADE_A
