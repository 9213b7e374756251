"""The caller's club."""

from pydantic import BaseModel, Field


class ClubOut(BaseModel):
    """A club as every caller of it may know it."""

    slug: str = Field(examples=["main"])
    name: str = Field(examples=["Main club"])
    time_zone: str = Field(description="IANA name; days of the club are days in this zone.", examples=["Europe/Moscow"])
