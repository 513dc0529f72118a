"""A way back: asked for by the person, her paper checked by one, released by another; the old phone may object."""

from app.core.states import Machine, Move

WAY_BACK = Machine(
    "way_back", "找回账号", "asked",
    {
        "asked": "等核对证件", "checked": "等第二人看过", "objected": "原手机说不是本人", "released": "已换手机号",
        "refused": "没有换成", "expired": "过期了",
    },
    (
        Move("check", ("asked",), "checked", "核对证件"),
        Move("object", ("checked",), "objected", "原手机提出异议"),
        Move("release", ("checked",), "released", "放行"),
        Move("release_anyway", ("objected",), "released", "查清以后放行"),
        Move("refuse", ("checked", "objected"), "refused", "不放行"),
        Move("expire", ("asked",), "expired", "没有来核对"),
    ),
)  # fmt: skip
