"""The pages of conversations, below /conversations/."""

from django.urls import path

from .views import conversation_acts as acts
from .views import conversations as views

app_name = "conversations"
urlpatterns = [
    path("", views.conversation_list, name="list"),
    path("new/", views.conversation_create, name="create"),
    path("record/", views.conversation_record, name="record"),
    path("<uuid:pk>/", views.conversation_detail, name="detail"),
    path("<uuid:pk>/move/", views.conversation_move, name="move"),
    path("<uuid:pk>/skip/", views.conversation_skip, name="skip"),
    path("<uuid:pk>/answers/", acts.conversation_answers, name="answers"),
    path("<uuid:pk>/answers/<uuid:question_pk>/", acts.conversation_answer, name="answer"),
    path("<uuid:pk>/note/", acts.conversation_note, name="note"),
    path("<uuid:pk>/review/", acts.conversation_review, name="review"),
    path("<uuid:pk>/open/", acts.conversation_open, name="open"),
    path("<uuid:pk>/take-back/", acts.conversation_take_back, name="take_back"),
    path("<uuid:pk>/hold/", acts.conversation_hold, name="hold"),
    path("<uuid:pk>/object/", acts.conversation_object, name="object"),
    path("<uuid:pk>/sign/", acts.conversation_sign, name="sign"),
    path("<uuid:pk>/add/", acts.conversation_add, name="add"),
    path("<uuid:pk>/points/", acts.point_create, name="point_create"),
    path("<uuid:pk>/points/<uuid:point_pk>/tick/", acts.point_tick, name="point_tick"),
    path("<uuid:pk>/actions/", acts.action_create, name="action_create"),
    path("<uuid:pk>/actions/<uuid:action_pk>/tick/", acts.action_tick, name="action_tick"),
]
